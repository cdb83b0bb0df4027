#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "universe/compress.hpp"
#include "universe/control_text.hpp"
#include "universe/deb_control.hpp"
#include "universe/package_cache.hpp"
#include "universe/pool.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

/// As archives name them: the version's epoch is kept, but ':' is awkward in file names and URLs.
std::string file_name(const Package& package) {
  std::string version = package.version;
  std::ranges::replace(version, ':', '-');
  return fmt::format("{}_{}_{}.deb", package.name, version, package.architecture);
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  if (link(from.c_str(), to.c_str()) == 0) return;
  if (errno == ENOENT) throw_errno("link " + from.string());
  std::error_code failure;
  if (!fs::copy_file(from, to, failure))
    throw EnvironmentError(fmt::format("copy to {}: {}", to.string(), failure.message()));
  fs::permissions(to, fs::perms(0644));
}

/// Writes the repository into `folder`, which is not yet seen by anyone.
class RepositoryWriter {
 public:
  RepositoryWriter(fs::path folder, std::string suite, std::string architecture)
      : folder_(std::move(folder)), suite_(std::move(suite)), architecture_(std::move(architecture)) {}

  void write(std::vector<Package> packages, const fs::path& cache, base::Reporter& reporter) {
    std::ranges::sort(packages, {}, [](const Package& package) {
      return std::tie(package.name, package.version, package.architecture, package.sha256);
    });
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
    if (!hashes_.insert(package.sha256).second) return;
    const std::string path = "packages/" + file_name(package);
    if (!paths_.insert(path).second)
      throw Error(fmt::format("two different packages are called {} {}", package.name, package.version));
    link_or_copy(cached, folder_ / path);
    const std::string control = read_deb_control(cached);
    if (field(control, "Package") != package.name || field(control, "Version") != package.version)
      throw Error(fmt::format("{} is not {} {}", cached.string(), package.name, package.version));
    index_ += control + fmt::format("Filename: {}\nSize: {}\nSHA256: {}\n\n", path, fs::file_size(cached),
                                    package.sha256);
  }

  void write_indices() {
    const std::string below = "main/binary-" + architecture_ + "/";
    const fs::path dists = folder_ / "dists" / suite_;
    fs::create_directories(dists / below);
    std::string sums;
    const auto put = [&](const std::string& name, const std::string& content) {
      base::write_file(dists / below / name, content);
      sums += fmt::format(" {} {} {}\n", base::sha256_hex(content), content.size(), below + name);
    };
    put("Packages", index_);
    put("Packages.xz", compress_xz(index_));
    // apt asks for a date; one that never changes, so that the same packages give the same bytes.
    base::write_file(
        dists / "Release",
        fmt::format("Origin: Lucie\nLabel: Lucie\nSuite: {0}\nCodename: {0}\nDate: Sat, 01 Jan 2000 00:00:00 "
                    "UTC\nArchitectures: {1}\n"
                    "Components: main\nDescription: packages locked for the cluster\nSHA256:\n{2}",
                    suite_, architecture_, sums));
  }

  fs::path folder_;
  std::string suite_, architecture_, index_;
  std::set<std::string> hashes_, paths_;
};

/// Puts `made` in the place of `pool`, in one step where the file system can exchange two names.
void swap_in(const fs::path& made, const fs::path& pool) {
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, pool.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) throw_errno("rename to " + pool.string());
    if (fs::exists(pool)) fs::rename(pool, made.string() + "-old");
    if (rename(made.c_str(), pool.c_str()) != 0) throw_errno("rename to " + pool.string());
  }
  base::sync_directory(pool.parent_path());
}

}  // namespace

void write_pool(const std::vector<Package>& packages, const std::string& suite,
                const std::string& architecture, const fs::path& cache, const fs::path& pool,
                base::Reporter& reporter) {
  const fs::path absolute = fs::absolute(pool).lexically_normal();
  fs::create_directories(absolute.parent_path());
  // What is replaced ends up in there and is removed with it.
  const base::TemporaryDirectory beside("." + absolute.filename().string(), absolute.parent_path());
  const fs::path made = beside.path() / "new";
  RepositoryWriter(made, suite, architecture).write(packages, cache, reporter);
  swap_in(made, absolute);
}

}  // namespace lucie::universe
