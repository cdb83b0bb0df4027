#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metapackage/archive.hpp"

/// Debian binary packages (deb(5), Debian policy).
namespace lucie::metapackage {

/// `Field: value` pairs in order. A value's further lines must already be folded (policy 5.1).
using Stanza = std::vector<std::pair<std::string, std::string>>;

/// The value of a field, or an empty string.
std::string field(const Stanza& stanza, std::string_view name);
std::string to_text(const Stanza& stanza);
/// The stanzas of a control file. Throws lucie::Error for a line that is none.
std::vector<Stanza> parse_stanzas(std::string_view text);

/// The text of a Description field: summary, then the paragraphs of `description` folded at 76 columns.
std::string description_field(const std::string& summary, const std::string& description);

struct DebPackage {
  Stanza control;                      ///< Installed-Size is added here
  std::vector<ArchiveEntry> members;   ///< further members of control.tar: triggers, maintainer scripts
  std::vector<ArchiveEntry> files;     ///< absolute paths on the server; folders are made as needed
  std::vector<std::string> conffiles;  ///< those of `files` that are configuration files
  std::int64_t time = 0;               ///< stamped on everything, seconds since 1970
  Packing packing;
};

/// The package's bytes. The same input always gives the same bytes.
std::string write_deb(const DebPackage& package);

struct DebContent {
  Stanza control;
  std::vector<std::string> paths;   ///< of its regular files, absolute
  std::vector<ArchiveEntry> files;  ///< paths absolute
};

/// Reads a package back. Throws lucie::Error when it is damaged. `with_files`: the content too.
DebContent read_deb(std::string_view bytes, bool with_files);

}  // namespace lucie::metapackage
