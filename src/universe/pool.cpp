#include "universe/pool.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"
#include "universe/package_cache.hpp"

namespace lucie::universe {
namespace {
namespace fs = std::filesystem;

constexpr int connections = 6;
constexpr std::size_t most_lines = 5;  ///< packages in one message

bool is_there(const fs::path& file, std::uint64_t size) {
  std::error_code absent;
  const auto found = fs::file_size(file, absent);
  return !absent && (size == 0 || found == size);
}

/// What could not be fetched, in the order of the packages.
std::string describe(const std::vector<net::DownloadFailure>& failures,
                     const std::vector<Package>& packages) {
  std::vector<std::string> lines;
  for (const Package& package : packages) {
    const auto failure = std::ranges::find(
        failures, package.sha256, [](const net::DownloadFailure& failed) { return failed.download.sha256; });
    if (failure != failures.end())
      lines.push_back(fmt::format("{} {}: {}", package.name, package.version, failure->why));
  }
  const std::size_t all = lines.size();
  if (all > most_lines) lines.resize(most_lines);
  return fmt::format("cannot fetch {} of the packages: {}{}", all, base::join(lines, "; "),
                     all > most_lines ? "; …" : "");
}

/// What downloads left that were killed: a day old, because another one may be at work.
void remove_half_packages(const fs::path& packages) {
  std::error_code ignored;
  const auto yesterday = fs::file_time_type::clock::now() - std::chrono::days(1);
  for (const auto& entry : fs::recursive_directory_iterator(packages, ignored)) {
    const bool half = entry.path().filename().string().find(".deb.new-") != std::string::npos;
    if (half && entry.last_write_time(ignored) < yesterday) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

fs::path cached_package(const fs::path& cache, const Package& package) {
  if (package.sha256.size() != 64)
    throw Error(fmt::format("package {} {} has no SHA-256", package.name, package.version));
  return cache / "packages" / package.sha256.substr(0, 2) / (package.sha256 + ".deb");
}

void fetch_packages(const std::vector<Package>& packages, const fs::path& cache, base::Reporter& reporter) {
  std::vector<net::Download> downloads;
  std::set<std::string> asked;
  std::uint64_t bytes = 0;
  for (const Package& package : packages) {
    const fs::path file = cached_package(cache, package);
    if (!asked.insert(package.sha256).second || is_there(file, package.size)) continue;
    downloads.push_back({package.uris, file, package.sha256, package.size});
    bytes += package.size;
  }
  if (downloads.empty()) return;
  remove_half_packages(cache / "packages");
  const std::string doing =
      fmt::format("fetching {} packages ({})", downloads.size(), base::human_size(bytes));
  const auto failures = net::download_all(downloads, connections, [&](std::uint64_t done, std::uint64_t all) {
    reporter.progress(doing, all == 0 ? -1.0 : static_cast<double>(done) / static_cast<double>(all));
  });
  if (!failures.empty()) throw EnvironmentError(describe(failures, packages));
}

}  // namespace lucie::universe
