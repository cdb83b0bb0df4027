#include "lab/quickstart/own_packages.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/tree.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// A name alone is what a symbolic link leads to that the installation makes.
std::string hash_of(const fs::path& path) {
  if (path.is_relative()) return path;
  if (!fs::exists(path)) throw EnvironmentError(fmt::format("{} is not built", path.string()));
  return fs::is_directory(path) ? base::tree_hash(path) : base::sha256_file_hex(path);
}

/// What another checkout, or the same a moment ago, may still want; older ones go.
void keep_two(const fs::path& folder, const fs::path& newest) {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path() != newest) others.emplace_back(entry.last_write_time(), entry.path());
  }
  std::sort(others.rbegin(), others.rend());
  for (std::size_t index = 1; index < others.size(); ++index) fs::remove_all(others[index].second);
}

}  // namespace

std::string own_packages_key(const JourneyOptions& options) {
  const auto installed = nlohmann::json::parse(
      base::run_or_throw({.argv = {"meson", "introspect", "--installed", options.build}}), nullptr, false);
  if (!installed.is_object()) throw EnvironmentError("meson does not say what the build installs");
  base::Sha256 digest;
  for (const auto& [source, place] : installed.items()) {
    digest.add(fmt::format("{}\n{}\n", place.get<std::string>(), hash_of(source)));
  }
  for (const char* part : {"packaging/debian", "packaging/build-debs"}) {
    digest.add(hash_of(options.source / part));
  }
  return digest.finish_hex().substr(0, 16);
}

void provide_own_packages(Journey& journey) {
  const fs::path folder = journey.options.cache / "lab/debs";
  const fs::path kept = folder / own_packages_key(journey.options);
  if (!fs::exists(kept)) {
    fs::create_directories(folder);
    const base::TemporaryDirectory beside(".new-", folder);
    journey.run({.argv = {journey.options.source / "packaging/build-debs", journey.options.build,
                          beside.path() / "debs"}});
    fs::rename(beside.path() / "debs", kept);
  }
  fs::last_write_time(kept, fs::file_time_type::clock::now());
  keep_two(folder, kept);
  fs::copy(kept, journey.debs());
}

}  // namespace lucie::lab
