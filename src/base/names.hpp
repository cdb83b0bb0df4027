#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lucie::base {

/// The candidate nearest to `name` by edit distance, if it is near enough to be what was meant
/// (at most a third of its letters differ); otherwise empty.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

/// "did you mean 'X'?" for the nearest candidate, or an empty string.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

/// A host name label or dotted name by RFC 1123.
bool is_host_name(std::string_view name);

/// `[A-Za-z0-9][A-Za-z0-9._+-]*`, the rule for all other names in definitions.
bool is_name(std::string_view name);

}  // namespace lucie::base
