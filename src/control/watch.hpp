#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/reporter.hpp"
#include "control/client.hpp"

/// Waiting for nodes, and arming only some of them at once.
namespace lucie::control {

/// What a watched node has come to.
enum class Progress { under_way, installed, failed, not_armed };

/// `booted`: it counts as installed only when it has booted from its own disk.
Progress progress_of(const wire::NodeStatus& node, bool booted);

/// Nodes to arm, at most `size` of them under way at once (0: no limit).
class Window {
 public:
  Window(std::vector<std::string> nodes, int size);

  /// Those to arm now, given what became of the ones before.
  std::vector<std::string> next(const std::vector<wire::NodeStatus>& nodes, bool booted) const;
  /// They have been armed.
  void hand_out(const std::vector<std::string>& nodes);
  /// True for a node that has not been handed out yet.
  bool waiting(const std::string& node) const;
  const std::vector<std::string>& rest() const { return waiting_; }

 private:
  std::vector<std::string> waiting_;
  std::set<std::string> handed_out_;
  std::size_t size_;
};

/// The nodes of an installation that is taken up again (`--resume`): all but those that are installed or
/// under way.
std::vector<std::string> still_to_arm(const std::vector<wire::NodeStatus>& nodes);

struct WatchOptions {
  std::string node_set;
  bool booted = false;
  std::optional<std::chrono::seconds> time_limit;
  /// Called with every new look at the nodes.
  std::function<void(const std::vector<wire::NodeStatus>&)> show;
  /// Called to arm more; absent: nothing is armed.
  std::function<void(const std::vector<std::string>&)> arm;
};

/// Looks at the nodes until every one has ended, arming what the window lets through. Gives the last look.
/// A lucied that is gone is waited for half a minute. Throws lucie::Error when the time is up.
std::vector<wire::NodeStatus> watch(const Client& client, Window& window, const WatchOptions& options,
                                    base::Reporter& reporter);

}  // namespace lucie::control
