#include "universe/index.hpp"

#include <charconv>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "universe/compress.hpp"
#include "universe/control_text.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

Rank rank_from(std::string_view stanza) {
  const std::string_view priority = field(stanza, "Priority");
  if (priority == "required" || field(stanza, "Essential") == "yes") return Rank::base;
  if (priority == "important") return Rank::important;
  if (priority == "standard") return Rank::standard;
  return priority == "extra" ? Rank::extra : Rank::optional;
}

std::uint64_t size_from(std::string_view stanza) {
  std::uint64_t size = 0;
  const std::string_view text = field(stanza, "Size");
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

/// Adds what libsolv leaves out of a stanza. It makes one package of each stanza, in order, so the two can be
/// walked side by side.
void add_missing_fields(::Repo* repo, std::string_view text) {
  const Id key = pool_str2id(repo->pool, rank_key, 1);
  Id package = repo->start;
  for_each_stanza(text, [&](std::string_view stanza) {
    const std::string_view name = field(stanza, "Package");
    const bool same =
        package < repo->end && name == pool_id2str(repo->pool, repo->pool->solvables[package].name);
    if (!same) throw Error(fmt::format("it is no index of packages (at package '{}')", name));
    repo_set_num(repo, package, SOLVABLE_DOWNLOADSIZE, size_from(stanza));
    if (const Rank rank = rank_from(stanza); rank != Rank::optional)
      repo_set_num(repo, package, key, static_cast<unsigned long long>(rank));
    ++package;
  });
  repo_internalize(repo);
}

}  // namespace

PoolPointer make_pool(const std::string& architecture, PackageFormat format) {
  PoolPointer pool(pool_create());
  // Before anything is added: versions and dependencies are understood by it.
  pool_setdisttype(pool.get(), format == PackageFormat::deb ? DISTTYPE_DEB : DISTTYPE_RPM);
  pool_setarch(pool.get(), architecture.c_str());
  return pool;
}

void write_repo(::Repo* repo, const fs::path& file) {
  base::write_file_with(file, 0644, [&](const fs::path& beside) {
    FilePointer output(std::fopen(beside.c_str(), "we"));
    if (!output) throw_errno("write " + file.string());
    const bool written = repo_write(repo, output.get()) == 0;
    if (std::fclose(output.release()) != 0 || !written) throw_errno("write " + file.string());
  });
}

void write_solv(const fs::path& packages, const fs::path& solv) {
  const std::string text = read_compressed(packages);
  const PoolPointer pool = make_pool("all", PackageFormat::deb);
  ::Repo* const repo = repo_create(pool.get(), packages.c_str());
  if (!text.empty()) {
    const FilePointer input(fmemopen(const_cast<char*>(text.data()), text.size(), "r"));
    if (!input) throw_errno("read " + packages.string());
    if (repo_add_debpackages(repo, input.get(), 0) != 0)
      throw Error(fmt::format("{}: {}", packages.string(), pool_errstr(pool.get())));
    add_missing_fields(repo, text);
  }
  write_repo(repo, solv);
}

std::shared_ptr<std::FILE> open_solv(const fs::path& solv) {
  std::shared_ptr<std::FILE> input(std::fopen(solv.c_str(), "re"), [](std::FILE* file) {
    if (file != nullptr) std::fclose(file);
  });
  if (!input) throw_errno("open " + solv.string());
  return input;
}

::Repo* add_solv(::Pool* pool, std::FILE& input, const fs::path& solv, const std::string& name) {
  ::Repo* const repo = repo_create(pool, name.c_str());
  if (repo_add_solv(repo, &input, 0) != 0) {
    EnvironmentError error(fmt::format("{}: {}", solv.string(), pool_errstr(pool)));
    error.hint("remove the file; it is made anew");
    throw error;
  }
  return repo;
}

}  // namespace lucie::universe
