#pragma once

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "dolly/protocol.hpp"

namespace lucie::dolly {

/// Which hops of the ring spoiled what went over them, as far as a node knows. Each node says of its own
/// predecessor what came damaged, and passes on what it hears from further down. Whoever uses it holds a
/// lock.
class SpoiledHops {
 public:
  /// It came so to this node itself.
  void add(std::uint32_t node, std::uint32_t by, Damage damage, std::uint32_t chunk);
  /// Heard from a successor: true when it is news.
  bool hear(const SpoiledReport& report);

  /// What is to be told, once.
  std::vector<SpoiledReport> take();
  /// It is to be taken once more.
  void keep(const SpoiledReport& report) { untold_.insert(key_of(report)); }
  /// A chunk with a wrong digest may have been passed on before it was looked at: true when it came so to the
  /// node that is named.
  bool was_passed_on(const SpoiledReport& report) const;
  /// A new predecessor has heard nothing.
  void tell_all_again();

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, Damage, std::uint32_t>;
  static Key key_of(const SpoiledReport& report);
  std::map<Key, SpoiledReport> known_;
  std::set<Key> untold_;
};

}  // namespace lucie::dolly
