#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "universe/package_format.hpp"
#include "universe/solv.hpp"

/// Packages indices as libsolv keeps them: read once from text, then from `.solv` files.
namespace lucie::universe {

/// The ending of files that `write_solv` makes; counts up when something else is kept in them.
inline constexpr const char* solv_ending = ".2.solv";

/// How much a release wants a package, from its Essential and Priority fields (Debian Policy 2.5, 3.8).
/// libsolv does not read them, so they are kept as an attribute of our own.
enum class Rank { base = 1, important = 2, standard = 3, optional = 4, extra = 5 };

/// The attribute's key; `optional` is not written.
inline constexpr const char* rank_key = "lucie:rank";

/// A pool for packages of one format and architecture, named as the format's tools name it.
PoolPointer make_pool(const std::string& architecture, PackageFormat format);

/// Writes a repository as `.solv`, atomically.
void write_repo(::Repo* repo, const std::filesystem::path& file);

/// Reads a Packages file (plain, or compressed as its name says) and writes it as `.solv`, atomically.
/// Throws lucie::Error when the text is no Packages file.
void write_solv(const std::filesystem::path& packages, const std::filesystem::path& solv);

/// Opens a `.solv` file for `add_solv`. Throws EnvironmentError.
std::shared_ptr<std::FILE> open_solv(const std::filesystem::path& solv);

/// Adds a `.solv` file, read from where `input` stands, as a repository. Throws EnvironmentError when the
/// file is damaged.
::Repo* add_solv(::Pool* pool, std::FILE& input, const std::filesystem::path& solv, const std::string& name);

}  // namespace lucie::universe
