#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace lucie::dolly {

struct RingNode {
  std::uint32_t id = 0;  ///< its number in the transfer, the same in every pass
  std::string name, address;
  std::uint16_t port = 0;
};

/// The nodes of a ring, in order. Copies share their memory until one of them becomes longer: a node's
/// threads hold the list several times, and simulated nodes that were told the same hold it once together.
class RingList {
 public:
  using Nodes = std::vector<RingNode>;
  using const_iterator = Nodes::const_iterator;
  using iterator = const_iterator;

  RingList() = default;
  RingList(Nodes nodes) : nodes_(std::make_shared<const Nodes>(std::move(nodes))) {}
  RingList(std::initializer_list<RingNode> nodes) : RingList(Nodes(nodes)) {}

  const_iterator begin() const { return nodes_->begin(); }
  const_iterator end() const { return nodes_->end(); }
  std::size_t size() const { return nodes_->size(); }
  const RingNode& operator[](std::size_t place) const { return (*nodes_)[place]; }
  /// Throws std::out_of_range.
  const RingNode& at(std::size_t place) const { return nodes_->at(place); }
  const RingNode& back() const { return nodes_->back(); }

  void push_back(RingNode node) {
    Nodes longer = *nodes_;
    longer.push_back(std::move(node));
    *this = RingList(std::move(longer));
  }

 private:
  std::shared_ptr<const Nodes> nodes_ = std::make_shared<const Nodes>();
};

}  // namespace lucie::dolly
