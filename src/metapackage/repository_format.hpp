#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "metapackage/index_text.hpp"
#include "metapackage/repository.hpp"
#include "metapackage/repository_generation.hpp"

/// The two kinds of indices that one repository folder may have; only publish*.cpp and repository_*.cpp
/// include this.
namespace lucie::metapackage {

/// A package of the repository, or one that shall become one.
struct Listed {
  std::string name, version, architecture;
  std::string file;              ///< its place below the repository
  std::string sha256;            ///< of the file
  std::vector<IndexText> texts;  ///< its entry in each index of the format
};

class RepositoryFormat {
 public:
  virtual ~RepositoryFormat() = default;

  /// "deb" or "rpm".
  virtual std::string name() const = 0;
  /// The indices' place below the repository, their folder in a generation, and there the file that names
  /// all others and its signature.
  struct Layout {
    std::string link, folder, index, signature;
  };
  virtual Layout layout() const = 0;

  /// True when the file's bytes are a package of this format.
  virtual bool takes(std::string_view bytes) const = 0;
  /// The package in the file, whose content is `bytes`, as it would stand in the indices. `place`: below the
  /// repository; empty: where packages of its name lie. Throws lucie::Error when it is no LMP's package.
  virtual Listed list(const std::filesystem::path& file, std::string_view bytes,
                      const std::string& place) const = 0;
  /// A digest of the package's content, whatever its signature.
  virtual std::string identity(std::string_view bytes) const = 0;
  /// The bytes to keep in the pool: signed where the format has signatures of single packages.
  virtual std::string pool_bytes(std::string bytes, const std::string& key) const = 0;
  virtual bool signs_packages() const = 0;

  /// Order of versions, as `compare`: below zero when the left one is older.
  virtual int compare(const std::string& left, const std::string& right) const = 0;
  /// The version of the LMP that a package of this version was made of.
  virtual std::string lmp_version(const std::string& version) const = 0;

  /// The packages of the indices in force. Throws lucie::Error when an index differs from its digest.
  virtual std::vector<Listed> open(const std::filesystem::path& repository) const = 0;
  /// Makes the indices of the packages, which are sorted by place. What is returned writes them into the next
  /// generation. May be called beside another format's.
  virtual std::function<void(Generation&)> make_indices(const std::vector<const Listed*>& packages,
                                                        base::SystemTime time) const = 0;
  /// Signs what was written.
  virtual void sign(const std::filesystem::path& folder, const std::string& key) const = 0;
};

std::unique_ptr<RepositoryFormat> apt_format();
std::unique_ptr<RepositoryFormat> rpm_format();

/// Throws lucie::Error unless the package is called lmp-NAME, one of its files is NAME's manifest, and name,
/// version and architecture can be parts of a file's name and of a line in an index.
void check_is_lmp(const Listed& package, const std::vector<std::string>& paths);

/// libdeflate's effort for indices: as small as zlib makes them with the most, in a third of the time.
inline constexpr int index_effort = 5;

/// What to throw for an index that is not what the one that names it says.
Error damaged_index(const std::filesystem::path& file);

/// "pool/main/l/lmp-base/FILE": each package has a folder, as in Debian's archive.
std::string pool_place(const std::string& package, const std::string& file);

}  // namespace lucie::metapackage
