#pragma once

#include <string>
#include <vector>

#include "universe/universe.hpp"

/// Answers of a universe as texts that its memory keeps.
namespace lucie::universe {

/// The key of a question: its words are kept apart.
std::string question(const std::string& kind, const std::vector<std::string>& words = {});
/// The key of a comparison.
std::string question(const std::vector<WantedList>& lists);

std::string packed_names(const std::vector<std::string>& names);
std::vector<std::string> unpacked_names(std::string_view text);

std::string packed_owners(const Owners& owners);
Owners unpacked_owners(std::string_view text);

/// A closure whose names are not yet those that a universe keeps.
struct PackedClosure {
  bool installable = false;
  std::vector<std::string> names, excluded;
  std::vector<Reason> reasons;
};
std::string packed_closure(const Closure& closure);
PackedClosure unpacked_closure(const std::string& bytes);

std::string packed_pairs(const ComparedPairs& pairs);
ComparedPairs unpacked_pairs(const std::string& bytes);

}  // namespace lucie::universe
