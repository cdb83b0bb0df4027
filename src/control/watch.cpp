#include "control/watch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/node_set.hpp"

namespace lucie::control {
namespace {

using std::chrono::steady_clock;
using wire::NodeState;
using wire::NodeStatus;

constexpr auto patience = std::chrono::seconds(30);
/// A large cluster tells many events a second; one look at it all is enough for them.
constexpr auto between_looks = std::chrono::milliseconds(300);
constexpr int longest_question = 25;  // seconds

/// One watch, look by look.
class Looks {
 public:
  Looks(const Client& client, Window& window, const WatchOptions& options)
      : client_(client), window_(window), options_(options) {}

  /// True when all have ended.
  bool look() {
    if (!seen_) seen_ = client_.last_event();
    nodes_ = client_.nodes(options_.node_set);
    const auto more = window_.next(nodes_, options_.booted);
    if (!more.empty() && options_.arm) {
      options_.arm(more);
      window_.hand_out(more);
      nodes_ = client_.nodes(options_.node_set);
    }
    if (options_.show) options_.show(nodes_);
    return std::all_of(nodes_.begin(), nodes_.end(), [&](const NodeStatus& node) { return ended(node); });
  }

  /// Until something has happened, or the time is up.
  void wait(std::chrono::seconds longest) {
    const int seconds = static_cast<int>(std::clamp<std::int64_t>(longest.count(), 1, longest_question));
    const auto events = client_.events(*seen_, options_.node_set, seconds);
    if (!events.empty()) seen_ = events.back().id;
    std::this_thread::sleep_for(between_looks);
  }

  bool ended(const NodeStatus& node) const {
    return !window_.waiting(node.name) && progress_of(node, options_.booted) != Progress::under_way;
  }
  const std::vector<NodeStatus>& nodes() const { return nodes_; }

 private:
  const Client& client_;
  Window& window_;
  const WatchOptions& options_;
  std::optional<std::int64_t> seen_;
  std::vector<NodeStatus> nodes_;
};

[[noreturn]] void throw_time_is_up(const Looks& looks) {
  std::vector<std::string> late;
  for (const NodeStatus& node : looks.nodes()) {
    if (!looks.ended(node)) late.push_back(node.name);
  }
  throw Error(fmt::format("the time is up, not installed: {}", base::fold_node_set(late)))
      .hint("'lucie status' shows where they are; they go on by themselves");
}

}  // namespace

Progress progress_of(const NodeStatus& node, bool booted) {
  switch (node.state) {
    case NodeState::installed:
      // lucied keeps a message until the node has booted from its own disk (docs/http-api.md).
      return booted && !node.message.empty() ? Progress::under_way : Progress::installed;
    case NodeState::failed:
      return Progress::failed;
    case NodeState::unknown:
      return Progress::not_armed;
    default:
      return Progress::under_way;
  }
}

Window::Window(std::vector<std::string> nodes, int size)
    : waiting_(std::move(nodes)), size_(size <= 0 ? waiting_.size() : static_cast<std::size_t>(size)) {}

std::vector<std::string> Window::next(const std::vector<NodeStatus>& nodes, bool booted) const {
  std::size_t under_way = 0;
  for (const NodeStatus& node : nodes)
    under_way += handed_out_.contains(node.name) && progress_of(node, booted) == Progress::under_way;
  const std::size_t room = size_ > under_way ? size_ - under_way : 0;
  return {waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(room, waiting_.size()))};
}

void Window::hand_out(const std::vector<std::string>& nodes) {
  handed_out_.insert(nodes.begin(), nodes.end());
  std::erase_if(waiting_, [&](const std::string& node) { return handed_out_.contains(node); });
}

bool Window::waiting(const std::string& node) const {
  return std::find(waiting_.begin(), waiting_.end(), node) != waiting_.end();
}

std::vector<std::string> still_to_arm(const std::vector<NodeStatus>& nodes) {
  std::vector<std::string> names;
  for (const NodeStatus& node : nodes) {
    if (node.state == NodeState::unknown || node.state == NodeState::failed) names.push_back(node.name);
  }
  return names;
}

std::vector<NodeStatus> watch(const Client& client, Window& window, const WatchOptions& options,
                              base::Reporter& reporter) {
  Looks looks(client, window, options);
  const auto end =
      options.time_limit ? steady_clock::now() + *options.time_limit : steady_clock::time_point::max();
  auto last_answer = steady_clock::now();
  for (bool told = false;;) {
    try {
      if (looks.look()) return looks.nodes();
      const auto now = steady_clock::now();
      if (now >= end) throw_time_is_up(looks);
      looks.wait(
          std::chrono::ceil<std::chrono::seconds>(std::min<steady_clock::duration>(end - now, patience)));
      last_answer = steady_clock::now();
      told = false;
    } catch (const EnvironmentError& error) {
      if (steady_clock::now() - last_answer > patience || steady_clock::now() >= end) throw;
      if (!told) reporter.warning(fmt::format("{}; trying again", error.what()));
      told = true;
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}

}  // namespace lucie::control
