#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metapackage/repository.hpp"

/// The two kinds of indices that one repository folder may have; only publish.cpp and repository_*.cpp
/// include this.
namespace lucie::metapackage {

/// A package to add.
struct Addition {
  std::filesystem::path source;
  std::string name, version;
  std::string file;      ///< its place below the repository
  std::string identity;  ///< of its content, whatever its signature
};

/// Folders of indices STEM.1, STEM.2, … of which a symbolic link says which is in force.
class Generations {
 public:
  /// `folder` holds the generations; `link` may stand elsewhere.
  Generations(std::filesystem::path folder, std::string stem, std::filesystem::path link);

  /// The folder of the next generation; made, empty.
  std::filesystem::path next();
  /// Moves the link to what `next` gave, and removes the other generations.
  void switch_over();
  /// Removes what `next` gave.
  void give_up();

 private:
  int number(const std::filesystem::path& folder) const;

  std::filesystem::path folder_;
  std::string stem_;
  std::filesystem::path link_;
  std::string next_;
};

class RepositoryFormat {
 public:
  virtual ~RepositoryFormat() = default;

  /// True when the file's bytes are a package of this format.
  virtual bool takes(std::string_view bytes) const = 0;
  /// What would be added. Throws lucie::Error when it is no LMP's package.
  virtual Addition read(const std::filesystem::path& file, std::string_view bytes) const = 0;

  /// True when the repository has indices of this format, and when they are signed.
  virtual bool present() const = 0;
  virtual bool is_signed() const = 0;
  /// Reads the indices in force.
  virtual void open() = 0;
  /// The identity of the package that the repository has in this place, or an empty string.
  virtual std::string identity_at(const std::string& file) const = 0;
  /// The package stands in the pool: takes it into the indices.
  virtual void add(const Addition& addition) = 0;

  /// The bytes to keep in the pool: signed where the format has signatures of single packages.
  virtual std::string pool_bytes(std::string bytes, const Publication& publication) const = 0;
  /// Writes the next generation of the indices, which nobody sees yet.
  virtual void write(const Publication& publication) = 0;
  /// Puts it in force, or removes it.
  virtual void switch_over() = 0;
  virtual void give_up() = 0;
};

std::unique_ptr<RepositoryFormat> apt_format(const std::filesystem::path& repository);
std::unique_ptr<RepositoryFormat> rpm_format(const std::filesystem::path& repository);

/// create_directories with an EnvironmentError that names the folder.
void make_folder(const std::filesystem::path& folder);

/// Throws lucie::Error unless the package is called lmp-NAME and one of its files is NAME's manifest.
void check_is_lmp(const std::string& package, const std::vector<std::string>& paths);

/// "pool/main/l/lmp-base/FILE": each package has a folder, as in Debian's archive.
std::string pool_place(const std::string& package, const std::string& file);

}  // namespace lucie::metapackage
