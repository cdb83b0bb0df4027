#include "universe/rpm_server.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"
#include "universe/addresses.hpp"
#include "universe/compress.hpp"
#include "universe/contents_fetch.hpp"
#include "universe/repomd.hpp"
#include "universe/repomd_fetch.hpp"
#include "universe/rpm_index.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;
using base::SystemTime;

/// Groups of a distribution are a few hundred kilobytes.
constexpr std::size_t most_of_groups = 64UL << 20;

/// A repomd.xml with what was known when it was fetched.
struct Snapshot {
  std::string text;
  Repomd repomd;
  Validators validators;
  SystemTime checked;
  std::vector<std::string> minimal_group;
};

class RpmServer {
 public:
  RpmServer(const config::PackageServer& server, const ServerOptions& options, base::Reporter& reporter)
      : server_(server), options_(options), reporter_(reporter), roots_(server_roots(server)) {
    // Whatever decides what is believed is part of the folder's name: a changed keyring starts afresh.
    const std::string identity =
        fmt::format("rpm-md\n{}\n{}\n{}", base::join(server.uris, " "), server.signed_by, server.trusted);
    folder_ = options.folder / base::sha256_hex(identity).substr(0, 20);
    fs::create_directories(folder_);
  }

  CachedRpmServer update() {
    Snapshot snapshot = newest();
    CachedIndex index{hash(snapshot.repomd), solv(snapshot.repomd), roots_, server_.priority};
    return {server_, std::move(index), contents(snapshot.repomd), std::move(snapshot.minimal_group)};
  }

 private:
  Snapshot newest() {
    std::optional<Snapshot> cached = load();
    if (cached && !must_ask(*cached)) return std::move(*cached);
    try {
      return fetch(cached);
    } catch (const EnvironmentError& error) {
      if (!cached) throw;
      reporter_.warning(fmt::format("{}; using its indices fetched before {}", error.what(),
                                    base::format_time(cached->checked)));
      return std::move(*cached);
    }
  }

  bool must_ask(const Snapshot& cached) const {
    if (!options_.refresh) return false;
    const auto age = std::chrono::system_clock::now() - cached.checked;
    return all_local(roots_) || age < age.zero() || age > std::chrono::seconds(options_.fresh_for_seconds);
  }

  static std::string hash(const Repomd& repomd) {
    std::string sums;
    for (const char* type : {"primary", "filelists"}) sums += repomd.files.at(type).checksum + "\n";
    if (const Repomd::File* groups = groups_of(repomd)) sums += groups->checksum + "\n";
    return base::sha256_hex(sums);
  }
  fs::path solv(const Repomd& repomd) const { return folder_ / (hash(repomd) + rpm_solv_ending); }
  fs::path contents(const Repomd& repomd) const { return folder_ / (hash(repomd) + contents_ending); }

  /// Null when the server has no groups.
  static const Repomd::File* groups_of(const Repomd& repomd) {
    for (const char* type : {"group", "group_xz", "group_gz", "group_zst", "group_bz2"}) {
      const auto found = repomd.files.find(type);
      if (found != repomd.files.end()) return &found->second;
    }
    return nullptr;
  }

  /// Nothing unless all of it is there.
  std::optional<Snapshot> load() const {
    if (!fs::exists(folder_ / "state.json")) return {};
    Snapshot cached;
    try {
      const auto state = nlohmann::json::parse(base::read_file(folder_ / "state.json"));
      cached.text = state.at("repomd");
      cached.validators = {state.at("etag"), state.at("last_modified")};
      cached.checked = base::parse_time(state.at("checked").get<std::string>());
      cached.minimal_group = state.at("minimal_group");
      cached.repomd = parse_repomd(cached.text);
      if (!fs::exists(solv(cached.repomd)) || !fs::exists(contents(cached.repomd))) return {};
    } catch (const std::exception&) {
      return {};  // written by another version of ours, or damaged: as good as none
    }
    return cached;
  }

  void store(const Snapshot& snapshot) const {
    const nlohmann::json state{{"version", 1},
                               {"repomd", snapshot.text},
                               {"etag", snapshot.validators.etag},
                               {"last_modified", snapshot.validators.last_modified},
                               {"checked", base::format_time(snapshot.checked)},
                               {"minimal_group", snapshot.minimal_group}};
    base::write_file(folder_ / "state.json", state.dump());
  }

  Snapshot fetch(const std::optional<Snapshot>& cached) {
    reporter_.progress(fmt::format("asking package server '{}'", server_.name), -1);
    FetchedRepomd fetched = fetch_repomd(server_, roots_, cached ? cached->validators : Validators{});
    Snapshot snapshot;
    const bool same = cached && (fetched.unchanged || fetched.text == cached->text);
    // Mirrors lag behind each other: what we have is not exchanged for something older.
    if (same || (cached && fetched.repomd.time > 0 && fetched.repomd.time < cached->repomd.time)) {
      snapshot = *cached;
    } else {
      snapshot.text = std::move(fetched.text);
      snapshot.repomd = std::move(fetched.repomd);
      snapshot.validators = fetched.validators;
      download(snapshot);
    }
    snapshot.checked = std::chrono::system_clock::now();
    store(snapshot);
    remove_old(snapshot.repomd);
    return snapshot;
  }

  net::Download wanted(const Repomd::File& file, const fs::path& folder) const {
    net::Download download{{}, folder / fs::path(file.path).filename(), {}, file.size};
    if (file.checksum_type == "sha256") download.sha256 = file.checksum;
    for (const std::string& root : roots_) download.urls.push_back(root + file.path);
    return download;
  }

  void download(Snapshot& snapshot) const {
    const base::TemporaryDirectory arriving("arriving", folder_);
    std::vector<const Repomd::File*> files = {&snapshot.repomd.files.at("primary"),
                                              &snapshot.repomd.files.at("filelists")};
    if (const Repomd::File* groups = groups_of(snapshot.repomd)) files.push_back(groups);
    std::vector<net::Download> downloads;
    for (const Repomd::File* file : files)
      downloads.push_back(wanted(*file, arriving.path() / std::to_string(downloads.size())));
    const std::string doing = fmt::format("fetching indices of '{}'", server_.name);
    const auto failures = net::download_all(downloads, 4, [&](std::uint64_t done, std::uint64_t all) {
      reporter_.progress(doing, all == 0 ? -1.0 : static_cast<double>(done) / static_cast<double>(all));
    });
    if (!failures.empty())
      throw EnvironmentError(fmt::format("package server '{}': {}", server_.name, failures.front().why));
    reporter_.progress(fmt::format("reading indices of '{}'", server_.name), -1);
    try {
      for (std::size_t i = 0; i < files.size(); ++i) check(*files[i], downloads[i].file);
      if (files.size() > 2)
        snapshot.minimal_group = parse_minimal_group(read_compressed(downloads[2].file, most_of_groups));
      write_rpm_solv(downloads[0].file, downloads[1].file, solv(snapshot.repomd), contents(snapshot.repomd));
    } catch (Error& error) {
      error.context(fmt::format("package server '{}': {}", server_.name, roots_.front()));
      error.at(server_.position);
      throw;
    }
  }

  /// SHA-256 was checked while it arrived.
  static void check(const Repomd::File& file, const fs::path& arrived) {
    if (file.checksum_type == "sha256") return;
    if (checksum_of(arrived, file.checksum_type) != file.checksum)
      throw EnvironmentError(fmt::format("{}: expected {} {}", file.path, file.checksum_type, file.checksum));
  }

  /// Indices of yesterday, and what a program that was killed left behind.
  void remove_old(const Repomd& repomd) const {
    const std::set<fs::path> kept{folder_ / "state.json", solv(repomd), contents(repomd)};
    for (const auto& entry : fs::directory_iterator(folder_))
      if (!kept.contains(entry.path())) fs::remove_all(entry.path());
  }

  const config::PackageServer& server_;
  const ServerOptions& options_;
  base::Reporter& reporter_;
  std::vector<std::string> roots_;
  fs::path folder_;
};

}  // namespace

CachedRpmServer update_rpm_server(const config::PackageServer& server, const ServerOptions& options,
                                  base::Reporter& reporter) {
  return RpmServer(server, options, reporter).update();
}

std::vector<std::string> standard_minimal_group() {
  return {"basesystem", "bash", "coreutils", "filesystem", "glibc", "rpm", "setup", "util-linux"};
}

}  // namespace lucie::universe
