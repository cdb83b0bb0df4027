#include "universe/contents_fetch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "net/fetch.hpp"
#include "universe/contents.hpp"

namespace lucie::universe {
namespace fs = std::filesystem;
namespace {

struct WantedContents {
  std::string path;  ///< below the Release file
  Release::File file;
  fs::path index;
};

/// The smallest form of each that the Release file names.
std::vector<WantedContents> wanted(const CachedServer& cached, const ServerOptions& options) {
  std::vector<WantedContents> found;
  for (const std::string& path : contents_paths(cached.server, options.architecture)) {
    for (const char* ending : {".xz", ".gz", ""}) {
      const auto file = cached.release.files.find(path + ending);
      if (file == cached.release.files.end()) continue;
      found.push_back({file->first, file->second, cached.folder / (file->second.sha256 + contents_ending)});
      break;
    }
  }
  return found;
}

std::vector<WantedContents> missing_of(const CachedServer& cached, const ServerOptions& options) {
  std::vector<WantedContents> missing;
  std::set<fs::path> seen;
  for (WantedContents& one : wanted(cached, options)) {
    if (seen.insert(one.index).second && !fs::exists(one.index)) missing.push_back(std::move(one));
  }
  return missing;
}

std::vector<fs::path> indices_there(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == contents_ending) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void download(const CachedServer& cached, const std::vector<WantedContents>& missing,
              base::Reporter& reporter) {
  if (missing.empty()) return;
  const base::TemporaryDirectory arriving("arriving", cached.folder);
  std::vector<net::Download> downloads;
  for (const WantedContents& one : missing) {
    const fs::path place = arriving.path() / std::to_string(downloads.size()) / fs::path(one.path).filename();
    downloads.push_back({index_addresses(cached.server, one.path, one.file, cached.release.by_hash), place,
                         one.file.sha256, one.file.size});
  }
  const std::string doing = fmt::format("fetching the list of files of '{}'", cached.server.name);
  const auto failures = net::download_all(downloads, 4, [&](std::uint64_t done, std::uint64_t all) {
    reporter.progress(doing, all == 0 ? -1.0 : static_cast<double>(done) / static_cast<double>(all));
  });
  if (!failures.empty()) {
    throw EnvironmentError(fmt::format("package server '{}': {}", cached.server.name, failures.front().why));
  }
  for (std::size_t i = 0; i < missing.size(); ++i) {
    reporter.progress(fmt::format("reading the list of files of '{}'", cached.server.name), -1);
    write_contents(downloads[i].file, missing[i].index);
  }
}

}  // namespace

std::vector<std::string> contents_paths(const config::PackageServer& server,
                                        const std::string& architecture) {
  const std::vector<std::string> names = {"Contents-" + architecture, "Contents-all"};
  if (server.suite.ends_with('/')) return names;
  std::vector<std::string> paths;
  for (const std::string& component : server.components) {
    for (const std::string& name : names) paths.push_back(component + "/" + name);
  }
  paths.insert(paths.end(), names.begin(), names.end());  // older archives have one for all components
  return paths;
}

std::vector<std::string> contents_hashes(const CachedServer& cached, const ServerOptions& options) {
  std::vector<std::string> hashes;
  for (const WantedContents& one : wanted(cached, options)) hashes.push_back(one.file.sha256);
  return hashes;
}

void fetch_contents(const CachedServer& cached, const ServerOptions& options, base::Reporter& reporter) {
  try {
    download(cached, missing_of(cached, options), reporter);
  } catch (const Error&) {
  }
}

std::vector<fs::path> update_contents(const CachedServer& cached, const ServerOptions& options,
                                      base::Reporter& reporter) {
  try {
    download(cached, missing_of(cached, options), reporter);
  } catch (const EnvironmentError& error) {
    std::vector<fs::path> before = indices_there(cached.folder);
    if (before.empty()) throw;
    reporter.warning(fmt::format("{}; using its list of files as it was fetched before", error.what()));
    return before;
  }
  std::set<fs::path> current;
  for (const WantedContents& one : wanted(cached, options)) current.insert(one.index);
  for (const fs::path& file : indices_there(cached.folder)) {
    if (!current.contains(file)) fs::remove(file);
  }
  return {current.begin(), current.end()};
}

}  // namespace lucie::universe
