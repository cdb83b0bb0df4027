#include "dolly/ring_order.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/node_set.hpp"
#include "base/text.hpp"

namespace lucie::dolly {
namespace {

constexpr std::size_t most_bytes_of_an_order = 16 << 20;

/// Where each name stands: its rank, and the line that says so.
struct Named {
  std::size_t rank = 0, line = 0;
};

std::map<std::string, Named> ranks_in(const std::filesystem::path& file) {
  std::map<std::string, Named> ranks;
  std::size_t number = 0;
  for (const std::string& whole : base::split(base::read_file(file, most_bytes_of_an_order), '\n')) {
    const std::string line(base::trim(whole.substr(0, whole.find('#'))));
    ++number;
    const auto wrong = [&](const std::string& why) {
      return Error(fmt::format("{}:{}: {}", file.string(), number, why));
    };
    if (line.empty()) continue;
    std::vector<std::string> names;
    try {
      for (const std::string& piece : base::split_node_set(line)) {
        for (const std::string& name : base::expand_range(piece)) names.push_back(name);
      }
    } catch (const Error& fault) {
      throw wrong(fault.what());
    }
    for (const std::string& name : names) {
      const auto [known, is_new] = ranks.try_emplace(name, Named{ranks.size(), number});
      if (!is_new)
        throw wrong(fmt::format("'{}' is named already", base::escape_control(name)))
            .hint(fmt::format("the first time is in line {}", known->second.line));
    }
  }
  return ranks;
}

}  // namespace

std::vector<RingNode> in_order_of(const std::filesystem::path& file, const std::vector<RingNode>& nodes) {
  const auto ranks = ranks_in(file);
  std::vector<RingNode> ordered = nodes;
  std::ranges::stable_sort(ordered, {}, [&](const RingNode& node) {
    const auto found = ranks.find(node.name);
    return found == ranks.end() ? ranks.size() : found->second.rank;
  });
  for (std::size_t place = 0; place < ordered.size(); ++place)
    ordered[place].id = static_cast<std::uint32_t>(place);
  return ordered;
}

}  // namespace lucie::dolly
