#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "base/digest.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_edit.hpp"
#include "metapackage/repository_files.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;

bool RepositoryEdit::needs_signatures(const Shelf& shelf) const {
  return shelf.present && !public_key_.empty() && (!shelf.is_signed || other_key_);
}

void RepositoryEdit::arrive(Shelf& shelf, const Key& key, Listed package, const fs::path& file) {
  if (arriving_.contains(package.file) || !pool_.is_free(package.file, package.sha256)) {
    const std::string place = other_place(package.file, package.sha256);
    package = shelf.format->list(file, base::read_file(file), place);
  }
  arriving_[package.file] = file;
  shelf.packages.insert_or_assign(key, std::move(package));
}

void RepositoryEdit::copy_coming(Shelf& shelf, const fs::path& incoming) {
  std::vector<std::pair<const Key, Candidate>*> coming;
  for (auto& entry : shelf.coming) coming.push_back(&entry);
  const auto file = [&](std::size_t number) {
    return incoming / fmt::format("{}-{}", shelf.format->name(), number);
  };
  in_parallel(coming.size(), [&](std::size_t number) {
    copy_candidate(coming[number]->second, publication_.key, file(number));
  });
  for (std::size_t number = 0; number < coming.size(); ++number) {
    auto& [key, candidate] = *coming[number];
    arrive(shelf, key, std::move(candidate.package), file(number));
    change_.added.push_back(published(shelf, shelf.packages.at(key)));
  }
}

/// What was published without a key or with another one gets its signature, for readers that now ask for it.
/// It stands in another place: readers with the indices of before still find what those name.
void RepositoryEdit::sign_packages(Shelf& shelf, const fs::path& incoming) {
  std::vector<std::pair<Key, Listed>> packages;
  for (const auto& [key, package] : shelf.packages) {
    if (!shelf.coming.contains(key)) packages.emplace_back(key, package);
  }
  const auto file = [&](std::size_t number) { return incoming / fmt::format("signed-{}", number); };
  if (!packages.empty()) reporter_.note(fmt::format("signing {} packages", packages.size()));
  in_parallel(packages.size(), [&](std::size_t number) {
    Listed& package = packages[number].second;
    const fs::path old = publication_.repository / package.file;
    std::string bytes = base::read_file(old);
    if (base::sha256_hex(bytes) != package.sha256) throw damaged_index(old);
    bytes = shelf.format->pool_bytes(std::move(bytes), publication_.key);
    write_new_file(file(number), bytes);
    const std::string usual = pool_place(package.name, old.filename().string());
    package = shelf.format->list(file(number), bytes, usual);
  });
  for (std::size_t number = 0; number < packages.size(); ++number) {
    auto& [key, package] = packages[number];
    leaving_.insert(shelf.packages.at(key).file);
    arrive(shelf, key, std::move(package), file(number));
  }
}

void RepositoryEdit::write_indices() {
  struct Making {
    const Shelf* shelf;
    std::future<std::function<void(Generation&)>> indices;
  };
  std::vector<Making> makings;
  for (const Shelf& shelf : shelves_) {
    if (!shelf.present && shelf.coming.empty()) continue;
    makings.push_back({&shelf, std::async(std::launch::async, [this, &shelf] {
                         std::vector<const Listed*> packages;
                         for (const auto& [key, package] : shelf.packages) packages.push_back(&package);
                         return shelf.format->make_indices(packages, publication_.time);
                       })});
  }
  std::vector<Generation::Link> links;
  for (Making& making : makings) {
    making.indices.get()(generation_);
    const Shelf& shelf = *making.shelf;
    const RepositoryFormat::Layout layout = shelf.format->layout();
    if (!public_key_.empty()) shelf.format->sign(generation_.folder() / layout.folder, publication_.key);
    links.push_back({layout.link, layout.folder});
  }
  if (!public_key_.empty()) {
    generation_.write(public_key_file, public_key_);
    links.push_back({public_key_file, public_key_file});
  }
  for (const auto& [place, file] : arriving_) pool_.bring_in(file, place);
  generation_.put_in_force(links);
}

RepositoryChange RepositoryEdit::put_in_force() {
  const bool changes = !leaving_.empty() || std::ranges::any_of(shelves_, [&](const Shelf& shelf) {
    return !shelf.coming.empty() || needs_signatures(shelf);
  });
  if (changes) {
    const base::TemporaryDirectory incoming(".incoming", publication_.repository);
    for (Shelf& shelf : shelves_) {
      copy_coming(shelf, incoming.path());
      if (shelf.format->signs_packages() && needs_signatures(shelf)) sign_packages(shelf, incoming.path());
    }
    std::set<std::string> moving = leaving_;
    for (const auto& [place, file] : arriving_) moving.insert(place);
    pool_.note(moving);
    generation_.begin();
    write_indices();
  }
  std::set<std::string> in_force;
  for (const Shelf& shelf : shelves_) {
    for (const auto& [key, package] : shelf.packages) in_force.insert(package.file);
  }
  pool_.tidy(in_force);
  return std::move(change_);
}

}  // namespace lucie::metapackage
