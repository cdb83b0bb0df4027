#include "dolly/spoiled.hpp"

#include <algorithm>

namespace lucie::dolly {
namespace {

/// More are invented.
constexpr std::size_t most_known = 1 << 16;

}  // namespace

/// Of wrong digests every chunk counts alone, since it matters who was the first to have it so.
SpoiledHops::Key SpoiledHops::key_of(const SpoiledReport& report) {
  return {report.node, report.by, report.damage, report.damage == Damage::digest ? report.chunk : 0};
}

void SpoiledHops::add(std::uint32_t node, std::uint32_t by, Damage damage, std::uint32_t chunk) {
  const Key key = key_of({node, by, damage, chunk});
  SpoiledReport& known = known_[key];
  known = {node, by, damage, chunk, known.times + 1};
  untold_.insert(key);
}

bool SpoiledHops::hear(const SpoiledReport& report) {
  const Key key = key_of(report);
  const auto there = known_.find(key);
  if (there == known_.end() ? known_.size() >= most_known : there->second.times >= report.times) return false;
  known_[key] = report;
  untold_.insert(key);
  return true;
}

std::vector<SpoiledReport> SpoiledHops::take() {
  std::vector<SpoiledReport> told;
  for (const Key& key : untold_) told.push_back(known_.at(key));
  untold_.clear();
  return told;
}

bool SpoiledHops::was_passed_on(const SpoiledReport& report) const {
  return report.damage == Damage::digest && std::ranges::any_of(known_, [&](const auto& each) {
           const SpoiledReport& known = each.second;
           return known.damage == Damage::digest && known.node == report.by && known.chunk == report.chunk;
         });
}

void SpoiledHops::tell_all_again() {
  for (const auto& [key, report] : known_) untold_.insert(key);
}

}  // namespace lucie::dolly
