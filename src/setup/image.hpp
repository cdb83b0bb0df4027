#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/reporter.hpp"
#include "universe/pool.hpp"

namespace lucie::setup {

/// A root file system made of locked packages: the NFS root or the base archive of an installer.
struct ImageRecipe {
  enum class Kind { nfsroot, base };
  Kind kind = Kind::base;
  std::string installer, architecture;
  std::vector<universe::Package> packages;  ///< the closure, all of it

  /// Names what comes out: the same packages and the same recipe give the same key.
  /// `templates`: Paths::templates, whose image/ scripts are part of the recipe.
  std::string key(const std::filesystem::path& templates) const;
};

struct ImageBuilder {
  std::filesystem::path cache;      ///< Paths::cache: packages in, images/KEY.tar.zst out
  std::filesystem::path templates;  ///< Paths::templates
  std::function<bool()> cancelled;  ///< asked while mmdebstrap runs

  /// Where the image of that recipe is kept.
  std::filesystem::path file(const ImageRecipe& recipe) const;
  /// Builds share the cache with those of other servers (the lab's): hold this while building. What a killed
  /// build left is removed, and images that nobody used for 30 days. `waiting` is called when another one
  /// builds.
  base::FileLock hold(const std::function<void()>& waiting) const;
  /// Makes the image with mmdebstrap, without network, unless the cache has it; gives its file.
  /// Needs root. Throws EnvironmentError with mmdebstrap's last words, or when it was cancelled.
  std::filesystem::path build(const ImageRecipe& recipe, base::Reporter& reporter) const;
  /// Notes that the image is in use.
  void touch(const ImageRecipe& recipe) const;
  /// Installs packages, whose dependencies are there, with the root's own dpkg.
  void install(const std::vector<universe::Package>& packages, const std::filesystem::path& root,
               base::Reporter& reporter) const;
  /// Unpacks an image into an empty folder.
  void unpack(const std::filesystem::path& image, const std::filesystem::path& folder) const;
};

}  // namespace lucie::setup
