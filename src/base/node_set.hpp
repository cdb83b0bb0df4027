#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lucie::base {

/// Most names one expression may stand for; a larger one is a fault rather than a machine out of memory.
inline constexpr std::size_t most_names = 1'000'000;

/// The names that one expression stands for, in order: `cnode[000-255]`, `[1-9/2]` (step), `r[1,3,7-9]n[0-1]`
/// (several brackets multiply, the rightmost runs fastest). Leading zeros give the width. Without brackets
/// the expression is its own only name. Throws lucie::Error (no position) for descending ranges, missing
/// brackets, steps of 0 and more than `most_names` names.
std::vector<std::string> expand_range(std::string_view expression);

/// True when the text has a bracket, so that it stands for several values.
bool has_range(std::string_view expression);

/// Names and ranges between commas (commas inside brackets belong to the range), each name once.
std::vector<std::string> expand_node_set(std::string_view expression);

/// Splits at commas that are not inside brackets; pieces are trimmed, empty ones left out.
std::vector<std::string> split_node_set(std::string_view expression);

/// The short form of many names: `cnode[000-003,007],gw`. `expand_node_set` gives the names back, sorted.
std::string fold_node_set(std::vector<std::string> names);

}  // namespace lucie::base
