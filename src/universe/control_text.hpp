#pragma once

#include <functional>
#include <string_view>
#include <vector>

/// Debian control text (deb822(5)): stanzas of fields, as in Packages, Release and a package's control file.
namespace lucie::universe {

/// The value of a field (any case), with the lines that continue it, without blanks at both ends; empty when
/// the stanza has no such field. Points into `stanza`.
std::string_view field(std::string_view stanza, std::string_view name);

/// The lines of a field that stands over several lines, trimmed, without the empty ones.
std::vector<std::string_view> field_lines(std::string_view stanza, std::string_view name);

/// Calls `visit` for each stanza, in order.
void for_each_stanza(std::string_view text, const std::function<void(std::string_view stanza)>& visit);

}  // namespace lucie::universe
