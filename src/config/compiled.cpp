#include "config/compiled.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/files.hpp"

namespace lucie::config {
namespace fs = std::filesystem;
namespace {

/// N of `N.json`, 0 for other names.
int number_of(const std::string& file_name) {
  int number = 0;
  const char* end = file_name.data() + file_name.size();
  const auto [rest, error] = std::from_chars(file_name.data(), end, number);
  return error == std::errc() && std::string_view(rest, end) == ".json" && number > 0 ? number : 0;
}

int greatest_number(const fs::path& folder) {
  int greatest = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    greatest = std::max(greatest, number_of(entry.path().filename().string()));
  }
  return greatest;
}

}  // namespace

const CompiledServiceSet* Compiled::set_of(const Host& host) const {
  for (const CompiledServiceSet& set : service_sets) {
    if (set.installer == host.installer && std::ranges::find(set.hosts, host.name) != set.hosts.end())
      return &set;
  }
  // Clusters compiled before sets named their hosts: the set's services are those asked for and those that
  // relations add, so the host's are among them.
  const CompiledServiceSet* best = nullptr;
  for (const CompiledServiceSet& set : service_sets) {
    if (!set.hosts.empty() || set.installer != host.installer) continue;
    if (!std::ranges::includes(set.services, host.services)) continue;
    if (best == nullptr || set.services.size() < best->services.size()) best = &set;
  }
  return best;
}

const CompiledImage* Compiled::image(const std::string& installer) const {
  const auto found = std::ranges::find(images, installer, &CompiledImage::installer);
  return found == images.end() ? nullptr : &*found;
}

void store_compiled(const fs::path& state, Compiled& compiled) {
  const fs::path folder = state / "cluster";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw EnvironmentError(fmt::format("make {}: {}", folder.string(), error.message()));
  const base::FileLock lock(folder / "lock");
  compiled.version = greatest_number(folder) + 1;
  const std::string name = fmt::format("{}.json", compiled.version);
  base::write_file(folder / name, to_json(compiled), 0640);
  base::replace_symlink(name, folder / "current");
}

Compiled load_current(const fs::path& state) {
  const fs::path file = state / "cluster" / "current";
  std::error_code error;
  if (!fs::exists(file, error)) {
    throw Error(fmt::format("no cluster is in force: {} does not exist", file.string()))
        .hint("run 'lucie-setup apply'");
  }
  try {
    return compiled_from_json(base::read_file(file));
  } catch (Error& problem) {
    problem.context(file.string());
    throw;
  }
}

}  // namespace lucie::config
