#include "universe/apt_server.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <nlohmann/json.hpp>
#include <set>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"
#include "universe/apt_release.hpp"
#include "universe/contents_fetch.hpp"
#include "universe/index.hpp"
#include "universe/release.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;
using base::SystemTime;

/// One index that a Release file names and we want.
struct WantedIndex {
  std::string path;  ///< below the Release file
  Release::File file;
  fs::path solv;
};

/// A Release file with what was known when it was fetched.
struct Snapshot {
  std::string text;
  Release release;
  Validators validators;
  SystemTime checked;
};

class AptServer {
 public:
  AptServer(const config::PackageServer& server, const ServerOptions& options, base::Reporter& reporter)
      : server_(server), options_(options), reporter_(reporter), addresses_(server) {
    // Whatever decides what is believed is part of the folder's name: a changed keyring starts afresh.
    const std::string identity =
        fmt::format("{}\n{}\n{}\n{}\n{}", base::join(server.uris, " "), server.suite, server.signed_by,
                    server.trusted, base::join(index_folders(), " "));
    folder_ = options.folder / base::sha256_hex(identity).substr(0, 20);
    fs::create_directories(folder_);
  }

  CachedServer update() {
    Release release = newest_release();
    std::vector<CachedIndex> found = indices(release);
    return {server_, std::move(found), std::move(release), folder_};
  }

 private:
  Release newest_release() {
    std::optional<Snapshot> cached = load();
    if (cached && !must_ask(*cached)) return std::move(cached->release);
    try {
      return fetch(cached).release;
    } catch (const EnvironmentError& error) {
      if (!cached) throw;
      reporter_.warning(fmt::format("{}; using its indices fetched before {}", error.what(),
                                    base::format_time(cached->checked)));
      return std::move(cached->release);
    }
  }

  /// Folders of the indices below the Release file, each ending in '/' unless empty.
  std::vector<std::string> index_folders(bool all_apart = false) const {
    if (addresses_.flat()) return {""};
    std::vector<std::string> folders;
    for (const std::string& component : server_.components) {
      folders.push_back(fmt::format("{}/binary-{}/", component, options_.architecture));
      if (all_apart) folders.push_back(component + "/binary-all/");
    }
    return folders;
  }

  bool must_ask(const Snapshot& cached) const {
    if (!options_.refresh) return false;
    const auto age = std::chrono::system_clock::now() - cached.checked;
    return addresses_.local() || age < age.zero() || age > std::chrono::seconds(options_.fresh_for_seconds);
  }

  /// Nothing unless all of it is there.
  std::optional<Snapshot> load() const {
    if (!fs::exists(folder_ / "state.json")) return {};
    Snapshot cached;
    try {
      const auto state = nlohmann::json::parse(base::read_file(folder_ / "state.json"));
      cached.text = state.at("release");
      cached.validators = {state.at("etag"), state.at("last_modified")};
      cached.checked = base::parse_time(state.at("checked").get<std::string>());
      cached.release = parse_release(cached.text);
      for (const WantedIndex& index : wanted(cached.release))
        if (!fs::exists(index.solv)) return {};
    } catch (const std::exception&) {
      return {};  // written by another version of ours, or damaged: as good as none
    }
    return cached;
  }

  void store(const Snapshot& snapshot) const {
    const nlohmann::json state{{"version", 1},
                               {"release", snapshot.text},
                               {"etag", snapshot.validators.etag},
                               {"last_modified", snapshot.validators.last_modified},
                               {"checked", base::format_time(snapshot.checked)}};
    base::write_file(folder_ / "state.json", state.dump());
  }

  Snapshot fetch(const std::optional<Snapshot>& cached) {
    reporter_.progress(fmt::format("asking package server '{}'", server_.name), -1);
    FetchedRelease fetched = fetch_release(server_, addresses_, cached ? cached->validators : Validators{},
                                           index_folders(), contents_paths(server_, options_.architecture));
    Snapshot snapshot;
    if (cached && (fetched.unchanged || fetched.text == cached->text)) {
      snapshot = *cached;
    } else {
      snapshot.text = std::move(fetched.text);
      snapshot.release = parse(snapshot.text);
      snapshot.validators = fetched.validators;
      if (older(snapshot.release, cached)) snapshot = *cached;
    }
    check_validity(snapshot.release);
    update_indices(snapshot.release);
    snapshot.checked = std::chrono::system_clock::now();
    store(snapshot);
    remove_old(snapshot.release);
    return snapshot;
  }

  Release parse(const std::string& text) const {
    try {
      Release release = parse_release(text);
      const bool named = !release.suite.empty() || !release.codename.empty();
      if (named && !addresses_.flat() && server_.suite != release.suite && server_.suite != release.codename)
        reporter_.warning(fmt::format("package server '{}': suite {} says that it is '{}'", server_.name,
                                      server_.suite,
                                      release.codename.empty() ? release.suite : release.codename));
      return release;
    } catch (Error& error) {
      error.context(fmt::format("package server '{}': Release file", server_.name)).at(server_.position);
      throw;
    }
  }

  /// Mirrors lag behind each other: what we have is not exchanged for something older.
  static bool older(const Release& release, const std::optional<Snapshot>& cached) {
    return cached && release.date && cached->release.date && *release.date < *cached->release.date;
  }

  void check_validity(const Release& release) const {
    if (!release.valid_until || *release.valid_until > std::chrono::system_clock::now()) return;
    Error error(fmt::format("package server '{}': its indices of suite {} are valid only until {}",
                            server_.name, server_.suite, base::format_time(*release.valid_until)));
    error.at(server_.position).hint("the mirror is no longer updated, or this machine's clock is wrong");
    throw error;
  }

  /// The smallest form of the index in `folder` that the Release file names.
  std::optional<WantedIndex> choose(const Release& release, const std::string& folder) const {
    for (const char* ending : {".xz", ".gz", ""}) {
      const std::string path = folder + "Packages" + ending;
      const auto found = release.files.find(path);
      if (found == release.files.end()) continue;
      return WantedIndex{path, found->second, folder_ / (found->second.sha256 + solv_ending)};
    }
    return {};
  }

  std::vector<WantedIndex> wanted(const Release& release) const {
    std::vector<WantedIndex> indices;
    if (options_.skip_not_automatic && release.not_automatic) return indices;
    for (const std::string& folder : index_folders(release.all_apart)) {
      if (auto index = choose(release, folder)) {
        indices.push_back(std::move(*index));
      } else if (!folder.ends_with("/binary-all/")) {
        Error error(fmt::format("package server '{}': suite {} has no index {}Packages", server_.name,
                                server_.suite, folder));
        error.at(server_.position)
            .hint(fmt::format("its components are: {}", base::join(release.components, ", ")));
        throw error;
      }
    }
    return indices;
  }

  /// Fetching and reading packages and lists of files takes about as long: neither waits for the other.
  void update_indices(const Release& release) {
    std::vector<WantedIndex> missing = wanted(release);
    std::erase_if(missing, [](const WantedIndex& index) { return fs::exists(index.solv); });
    if (missing.empty()) return;
    std::future<void> contents;
    if (options_.with_contents) {
      contents = std::async(std::launch::async, [&] {
        fetch_contents({server_, {}, release, folder_}, options_, reporter_);
      });
    }
    download(release, missing);
    if (contents.valid()) contents.get();
  }

  void download(const Release& release, const std::vector<WantedIndex>& missing) {
    const base::TemporaryDirectory arriving("arriving", folder_);
    std::vector<net::Download> downloads;
    for (const WantedIndex& index : missing) {
      const fs::path place =
          arriving.path() / std::to_string(downloads.size()) / fs::path(index.path).filename();
      downloads.push_back({index_addresses(server_, index.path, index.file, release.by_hash), place,
                           index.file.sha256, index.file.size});
    }
    const std::string doing = fmt::format("fetching indices of '{}'", server_.name);
    const auto failures = net::download_all(downloads, 4, [&](std::uint64_t done, std::uint64_t all) {
      reporter_.progress(doing, all == 0 ? -1.0 : static_cast<double>(done) / static_cast<double>(all));
    });
    if (!failures.empty())
      throw EnvironmentError(fmt::format("package server '{}': {}", server_.name, failures.front().why));
    for (std::size_t i = 0; i < missing.size(); ++i) {
      reporter_.progress(fmt::format("reading indices of '{}'", server_.name), -1);
      write_solv(downloads[i].file, missing[i].solv);
    }
  }

  /// Indices of yesterday, and what a program that was killed left behind.
  void remove_old(const Release& release) const {
    std::set<fs::path> kept{folder_ / "state.json"};
    for (const WantedIndex& index : wanted(release)) kept.insert(index.solv);
    for (const auto& entry : fs::directory_iterator(folder_))
      if (!kept.contains(entry.path()) && entry.path().extension() != contents_ending)
        fs::remove_all(entry.path());
  }

  std::vector<CachedIndex> indices(const Release& release) const {
    if (options_.skip_not_automatic && release.not_automatic)
      reporter_.note(fmt::format("suite {} is left out: it says NotAutomatic", server_.suite));
    std::vector<CachedIndex> found;
    for (const WantedIndex& index : wanted(release)) {
      const int priority = release.not_automatic ? std::min(server_.priority, 100) : server_.priority;
      found.push_back({index.file.sha256, index.solv, addresses_.package_bases(), priority});
    }
    return found;
  }

  const config::PackageServer& server_;
  const ServerOptions& options_;
  base::Reporter& reporter_;
  AptAddresses addresses_;
  fs::path folder_;
};

}  // namespace

std::vector<std::string> index_addresses(const config::PackageServer& server, const std::string& path,
                                         const Release::File& file, bool by_hash) {
  const AptAddresses addresses(server);
  std::vector<std::string> urls;
  for (const std::string& root : addresses.roots()) {
    const std::string url = root + addresses.release_folder() + path;
    if (by_hash) urls.push_back(url.substr(0, url.rfind('/') + 1) + "by-hash/SHA256/" + file.sha256);
    urls.push_back(url);
  }
  return urls;
}

CachedServer update_apt_server(const config::PackageServer& server, const ServerOptions& options,
                               base::Reporter& reporter) {
  return AptServer(server, options, reporter).update();
}

}  // namespace lucie::universe
