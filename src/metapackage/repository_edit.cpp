#include "metapackage/repository_edit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <unistd.h>

#include "base/error.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_files.hpp"
#include "metapackage/signing.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

std::tuple<std::string, std::string, std::string> key_of(const Listed& package) {
  return {package.name, package.version, package.architecture};
}

/// The place to lock, in a folder that exists.
fs::path lock_file(const fs::path& repository) {
  make_folder(repository);
  return repository / ".lock";
}

}  // namespace

RepositoryEdit::RepositoryEdit(const Publication& publication, const Formats& formats,
                               base::Reporter& reporter)
    : publication_(publication),
      reporter_(reporter),
      public_key_(publication.key.empty() ? std::string() : public_key(publication.key)),
      lock_(lock_file(publication.repository), [&] { reporter.note("waiting for another publication"); }),
      pool_(publication.repository),
      generation_(publication.repository) {
  const fs::path key = publication.repository / public_key_file;
  std::error_code missing;
  if (!public_key_.empty() && fs::exists(key, missing)) {
    const std::string before = base::read_file(key);
    other_key_ = before != public_key_ && fingerprints(before) != fingerprints(public_key_);
  }
  for (const auto& format : formats) shelves_.push_back({.format = format.get()});
  in_parallel(shelves_.size(), [this](std::size_t number) { open(shelves_[number]); });
}

void RepositoryEdit::open(Shelf& shelf) {
  const RepositoryFormat::Layout layout = shelf.format->layout();
  const fs::path place = publication_.repository / layout.link;
  std::error_code missing;
  if (fs::is_directory(fs::symlink_status(place, missing))) {
    throw Error(fmt::format("{} is a folder that Lucie did not make", place.string()))
        .hint("publish into a folder of its own, or remove it");
  }
  shelf.present = fs::exists(place / layout.index, missing);
  shelf.is_signed = fs::exists(place / layout.signature, missing);
  if (!shelf.present) return;
  check_signature(shelf);
  read_packages(shelf);
}

void RepositoryEdit::check_signature(const Shelf& shelf) const {
  if (!shelf.is_signed) return;
  if (publication_.key.empty()) {
    throw Error(
        fmt::format("{} is signed, and its readers expect a signature", publication_.repository.string()))
        .hint("give the key with --sign KEY");
  }
  const RepositoryFormat::Layout layout = shelf.format->layout();
  const fs::path place = publication_.repository / layout.link;
  verify_beside(place / layout.index, place / layout.signature);
}

void RepositoryEdit::read_packages(Shelf& shelf) const {
  // Thousands of packages are looked for: from here their paths are short.
  const base::FileDescriptor repository(open_folder(publication_.repository));
  for (Listed& package : shelf.format->open(publication_.repository)) {
    if (faccessat(repository.get(), package.file.c_str(), F_OK, 0) == 0) {
      shelf.packages.emplace(key_of(package), std::move(package));
    } else {
      reporter_.warning(fmt::format("{} is gone and is left out of the indices", package.file));
    }
  }
}

void RepositoryEdit::add(std::vector<Candidate> candidates) {
  for (Candidate& candidate : candidates) {
    const auto shelf =
        std::ranges::find(shelves_, candidate.format, [](const Shelf& each) { return each.format; });
    add(*shelf, std::move(candidate));
  }
}

void RepositoryEdit::add(Shelf& shelf, Candidate candidate) {
  const Key key = key_of(candidate.package);
  const auto known = shelf.packages.find(key);
  if (known == shelf.packages.end()) {
    shelf.packages.emplace(key, candidate.package);
    shelf.coming.emplace(key, std::move(candidate));
    return;
  }
  const fs::path file = publication_.repository / known->second.file;
  if (shelf.format->identity(base::read_file(file)) == candidate.identity) return;
  const std::string what = fmt::format("{} {} is published already with another content",
                                       candidate.package.name, candidate.package.version);
  if (publication_.skip_published) return reporter_.note(what + "; it is left out");
  throw Error(what)
      .at({candidate.source.string(), 0, 0})
      .hint("give it a higher version: who has installed the old one would not see this one");
}

void RepositoryEdit::remove(const std::string& name, const std::string& version) {
  std::size_t found = 0;
  std::set<std::string> versions;
  for (Shelf& shelf : shelves_) {
    std::vector<Key> keys;
    for (const auto& [key, package] : shelf.packages) {
      if (package.name != name) continue;
      const std::string its = shelf.format->lmp_version(package.version);
      versions.insert(its);
      const bool wanted = version.empty() || its == version || its == shelf.format->lmp_version(version);
      if (wanted) keys.push_back(key);
    }
    for (const Key& key : keys) remove(shelf, key);
    found += keys.size();
  }
  if (found > 0) return;
  Error error(fmt::format("{} does not have {}{}", publication_.repository.string(), name,
                          version.empty() ? "" : " " + version));
  if (!versions.empty()) error.hint(fmt::format("it has {}", fmt::join(versions, ", ")));
  throw error;
}

void RepositoryEdit::remove(Shelf& shelf, const Key& key) {
  const auto package = shelf.packages.find(key);
  if (shelf.coming.erase(key) == 0) {
    leaving_.insert(package->second.file);
    change_.removed.push_back(published(shelf, package->second));
  }
  shelf.packages.erase(package);
}

void RepositoryEdit::keep_newest(std::size_t count) {
  for (Shelf& shelf : shelves_) {
    std::map<std::pair<std::string, std::string>, std::vector<Key>> versions;  // by name and architecture
    for (const auto& [key, package] : shelf.packages) {
      versions[{package.name, package.architecture}].push_back(key);
    }
    for (auto& [name, keys] : versions) {
      if (keys.size() <= count) continue;
      std::ranges::sort(keys, [&](const Key& left, const Key& right) {
        return shelf.format->compare(std::get<1>(left), std::get<1>(right)) > 0;
      });
      for (const Key& key : keys | std::views::drop(count)) remove(shelf, key);
    }
  }
}

PublishedPackage RepositoryEdit::published(const Shelf& shelf, const Listed& package) const {
  return {.name = package.name,
          .version = shelf.format->lmp_version(package.version),
          .architecture = package.architecture,
          .format = shelf.format->name(),
          .file = package.file};
}

}  // namespace lucie::metapackage
