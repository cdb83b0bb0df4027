#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "universe/compress.hpp"
#include "universe/control_text.hpp"
#include "universe/deb_control.hpp"
#include "universe/package_cache.hpp"
#include "universe/pool.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

/// The epoch of the version stays in the name, with a '-': ':' is awkward in file names and URLs.
std::string file_name(const Package& package) {
  std::string name = fmt::format("{}_{}_{}.deb", package.name, package.version, package.architecture);
  if (name.find('/') != std::string::npos || name.starts_with('.'))
    throw Error(fmt::format("'{}' is no name of a package", base::escape_control(name)));
  std::ranges::replace(name, ':', '-');
  return name;
}

/// An apt repository has room for one package of a name, version and architecture: the first counts.
std::vector<Package> one_of_each(const std::vector<Package>& packages, base::Reporter& reporter) {
  std::map<std::string, Package> chosen;
  for (const Package& package : packages) {
    const auto [place, added] = chosen.emplace(file_name(package), package);
    if (!added && place->second.sha256 != package.sha256)
      reporter.warning(
          fmt::format("two different packages are called {} {}; one of them is left out of the pool",
                      package.name, package.version));
  }
  std::vector<Package> result;
  for (auto& [name, package] : chosen) result.push_back(std::move(package));
  return result;
}

/// Writes the repository into `folder`, which is not yet seen by anyone.
class RepositoryWriter {
 public:
  RepositoryWriter(fs::path folder, std::string suite, const std::set<std::string>& architectures)
      : folder_(std::move(folder)), suite_(std::move(suite)) {
    for (const std::string& architecture : architectures) indices_[architecture];
  }

  /// `packages`: each of another name, version or architecture.
  void write(const std::vector<Package>& packages, const fs::path& cache, base::Reporter& reporter) {
    fs::create_directories(folder_ / "packages");
    std::size_t count = 0;
    for (const Package& package : packages) {
      reporter.progress("writing the pool",
                        static_cast<double>(count++) / static_cast<double>(packages.size()));
      add(package, cached_package(cache, package));
    }
    write_indices();
  }

 private:
  void add(const Package& package, const fs::path& cached) {
    const std::string path = "packages/" + file_name(package);
    base::link_or_copy(cached, folder_ / path);
    const std::string control = read_deb_control(cached);
    const bool one_stanza = control.find("\n\n") == std::string::npos;
    if (!one_stanza || field(control, "Package") != package.name ||
        field(control, "Version") != package.version)
      throw Error(fmt::format("{} is not {} {}", cached.string(), package.name, package.version));
    list(field(control, "Architecture"), control + fmt::format("Filename: {}\nSize: {}\nSHA256: {}\n\n", path,
                                                               fs::file_size(cached), package.sha256));
  }

  /// A package for all architectures stands in each index.
  void list(std::string_view architecture, const std::string& stanza) {
    for (auto& [of, index] : indices_) {
      if (architecture == "all" || architecture == of) index += stanza;
    }
    if (architecture != "all" && !indices_.contains(std::string(architecture)))
      throw Error(fmt::format("the pool is not for architecture '{}'", architecture));
  }

  void write_indices() {
    const fs::path dists = folder_ / "dists" / suite_;
    std::string sums, architectures;
    const auto put = [&](const std::string& name, const std::string& content) {
      base::write_file(dists / name, content);
      sums += fmt::format(" {} {} {}\n", base::sha256_hex(content), content.size(), name);
    };
    for (const auto& [architecture, index] : indices_) {
      const std::string below = "main/binary-" + architecture + "/";
      fs::create_directories(dists / below);
      put(below + "Packages", index);
      put(below + "Packages.xz", compress_xz(index));
      architectures += (architectures.empty() ? "" : " ") + architecture;
    }
    // apt asks for a date; one that never changes, so that the same packages give the same bytes.
    base::write_file(
        dists / "Release",
        fmt::format("Origin: Lucie\nLabel: Lucie\nSuite: {0}\nCodename: {0}\nDate: Sat, 01 Jan 2000 00:00:00 "
                    "UTC\nArchitectures: {1}\n"
                    "Components: main\nDescription: packages locked for the cluster\nSHA256:\n{2}",
                    suite_, architectures, sums));
  }

  fs::path folder_;
  std::string suite_;
  std::map<std::string, std::string> indices_;  ///< by architecture
};

}  // namespace

void write_pool(const std::vector<Package>& packages, const std::string& suite,
                const std::set<std::string>& architectures, const fs::path& cache, const fs::path& pool,
                base::Reporter& reporter) {
  const fs::path absolute = fs::absolute(pool).lexically_normal();
  fs::create_directories(absolute.parent_path());
  // What is replaced ends up in there and is removed with it.
  const base::TemporaryDirectory beside("." + absolute.filename().string(), absolute.parent_path());
  const fs::path made = beside.path() / "new";
  RepositoryWriter(made, suite, architectures).write(one_of_each(packages, reporter), cache, reporter);
  base::swap_in(made, absolute);
}

}  // namespace lucie::universe
