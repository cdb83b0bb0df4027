#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "metapackage/index_text.hpp"

/// The tables of rpm-md as text. What `rpm_table` wrote is cut into the entries of its packages again without
/// reading all of the XML, so that adding one package to many is quick.
namespace lucie::metapackage {

/// The tables, in the order in which repomd.xml names them.
inline constexpr std::array<const char*, 3> rpm_tables = {"primary", "filelists", "other"};

struct RpmTable {
  std::string file;        ///< its name, which holds its digest
  std::string compressed;  ///< its content
  std::string record;      ///< its entry in repomd.xml
};

/// `entries`: one for each package. `time`: seconds since 1970.
RpmTable rpm_table(const std::string& name, const std::vector<std::string_view>& entries, std::int64_t time);
std::string repomd(const std::vector<RpmTable>& tables, std::int64_t time);

/// A package's entries in the three tables.
struct RpmEntry {
  std::string name, version, architecture, place, sha256;
  std::vector<IndexText> texts;
};

/// The packages of the tables that repomd.xml in the folder names. Throws lucie::Error when a table differs
/// from its digest, or when they are not as `rpm_table` writes them.
std::vector<RpmEntry> read_rpm_tables(const std::filesystem::path& folder);

}  // namespace lucie::metapackage
