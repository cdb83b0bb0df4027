#include "universe/rpm_index.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "universe/contents_collector.hpp"
#include "universe/index.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

FilePointer open_index(const fs::path& file) {
  FilePointer input(solv_xfopen(file.c_str(), "r"));
  if (!input) throw EnvironmentError(fmt::format("open {}: {}", file.string(), std::strerror(errno)));
  return input;
}

/// How many packages an index says that it has. Throws when its root element is another one: libsolv takes
/// any XML and finds nothing in it.
std::string declared_packages(const fs::path& file, const std::string& what, const std::string& root) {
  const FilePointer input = open_index(file);
  std::string head(4096, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), input.get()));
  const auto begin = head.find("<" + root);
  if (begin == std::string::npos)
    throw Error(fmt::format("its {} index has no element '{}'", what, root))
        .hint("it is cut off, or no rpm-md at all; make the repository anew with createrepo_c");
  const std::string tag = head.substr(begin, head.find('>', begin) - begin);
  const auto count = tag.find("packages=");
  if (count == std::string::npos || count + 10 > tag.size()) return {};
  return tag.substr(count + 10, tag.find(tag[count + 9], count + 10) - count - 10);
}

void read_index(::Repo* repo, const fs::path& file, const std::string& what, int flags) {
  const FilePointer input = open_index(file);
  if (repo_add_rpmmd(repo, input.get(), nullptr, flags) == 0 && std::ferror(input.get()) == 0) return;
  const std::string why =
      std::ferror(input.get()) != 0 ? "its compression is damaged" : pool_errstr(repo->pool);
  throw Error(fmt::format("its {} index cannot be read: {}", what, why))
      .hint("it is cut off or damaged; make the repository anew with createrepo_c");
}

/// No package has a name of several words; what we write about packages relies on it.
void check_names(::Repo* repo) {
  Id id = 0;
  ::Solvable* solvable = nullptr;
  FOR_REPO_SOLVABLES(repo, id, solvable) {
    const std::string name = pool_id2str(repo->pool, solvable->name);
    if (base::split_words(name) != std::vector{name})
      throw Error(
          fmt::format("its primary index has a package '{}', which is no name", base::escape_control(name)))
          .hint("it is damaged; make the repository anew with createrepo_c");
  }
}

std::string contents_of(::Repo* repo) {
  ContentsCollector collector;
  ::Dataiterator found;
  dataiterator_init(&found, repo->pool, repo, 0, SOLVABLE_FILELIST, nullptr, SEARCH_FILES);
  while (dataiterator_step(&found) != 0) {
    const std::string path = found.kv.str;
    if (!path.starts_with('/') || !ContentsCollector::is_of_interest(std::string_view(path).substr(1)))
      continue;
    const ::Solvable& solvable = repo->pool->solvables[found.solvid];
    if (solvable.arch == ARCH_SRC || solvable.arch == ARCH_NOSRC) continue;
    collector.add(path, pool_id2str(repo->pool, solvable.name));
  }
  dataiterator_free(&found);
  return collector.text();
}

}  // namespace

void write_rpm_solv(const fs::path& primary, const fs::path& filelists, const fs::path& solv,
                    const fs::path& contents) {
  const std::string packages = declared_packages(primary, "primary", "metadata");
  const std::string with_files = declared_packages(filelists, "filelists", "filelists");
  const PoolPointer pool = make_pool("noarch", PackageFormat::rpm);
  ::Repo* const repo = repo_create(pool.get(), primary.c_str());
  read_index(repo, primary, "primary", REPO_NO_INTERNALIZE);
  if (!packages.empty() && std::to_string(repo->nsolvables) != packages)
    throw Error(fmt::format("its primary index has {} packages, but says {}", repo->nsolvables, packages))
        .hint("make the repository anew with createrepo_c");
  if (packages != with_files)
    throw Error(
        fmt::format("its filelists index is of {} packages, its primary index of {}", with_files, packages))
        .hint("they were not made together; make the repository anew with createrepo_c");
  check_names(repo);
  repo_internalize(repo);
  read_index(repo, filelists, "filelists", REPO_EXTEND_SOLVABLES);
  base::write_file(contents, contents_of(repo));
  write_repo(repo, solv);
}

std::string checksum_of(const fs::path& file, const std::string& type) {
  static const std::map<std::string, Id> types = {{"sha224", REPOKEY_TYPE_SHA224},
                                                  {"sha256", REPOKEY_TYPE_SHA256},
                                                  {"sha384", REPOKEY_TYPE_SHA384},
                                                  {"sha512", REPOKEY_TYPE_SHA512}};
  const auto known = types.find(type);
  if (known == types.end())
    throw Error(fmt::format("its checksums are of type '{}', which proves nothing", type))
        .hint("make the repository anew with `createrepo_c --checksum sha256`");
  const std::unique_ptr<::Chksum, void (*)(::Chksum*)> sum(
      solv_chksum_create(known->second), [](::Chksum* chksum) { solv_chksum_free(chksum, nullptr); });
  const FilePointer input(std::fopen(file.c_str(), "re"));
  if (!input) throw_errno("open " + file.string());
  std::string buffer(1 << 18, '\0');
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), input.get()))
    solv_chksum_add(sum.get(), buffer.data(), static_cast<int>(count));
  int length = 0;
  const unsigned char* const digest = solv_chksum_get(sum.get(), &length);
  return base::to_hex({reinterpret_cast<const char*>(digest), static_cast<std::size_t>(length)});
}

std::string rpm_architecture(const std::string& architecture) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names = {
      {{"amd64", "x86_64"}, {"arm64", "aarch64"}, {"i386", "i686"}, {"ppc64el", "ppc64le"}}};
  const auto* const found =
      std::ranges::find(names, architecture, &std::pair<std::string_view, std::string_view>::first);
  return found == names.end() ? architecture : std::string(found->second);
}

}  // namespace lucie::universe
