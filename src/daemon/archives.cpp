#include "daemon/archives.hpp"

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "daemon/tar.hpp"

namespace lucie::daemon {
namespace {

namespace fs = std::filesystem;

constexpr unsigned program_mode = 0755;

void add_programs(Tar& tar, const std::string& folder, const std::vector<fs::path>& programs) {
  for (const fs::path& program : programs)
    tar.add(folder + "/" + program.filename().string(), base::read_file(program), program_mode);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::int64_t made(const Snapshot& snapshot) {
  return std::chrono::system_clock::to_time_t(base::parse_time(snapshot.compiled().made));
}

std::string overlay_tar(const Snapshot& snapshot, const config::Host& host, const fs::path& etc) {
  std::vector<metapackage::ExpandedFile> files;
  std::vector<Fault> faults;
  for (const metapackage::Lmp* lmp : snapshot.lmps(host)) {
    auto expanded =
        metapackage::expand_files(*lmp, snapshot.compiled(), host, etc / "lmp" / lmp->name / "files", faults);
    std::move(expanded.begin(), expanded.end(), std::back_inserter(files));
  }
  if (!faults.empty()) throw FaultsError(std::move(faults));
  std::stable_sort(files.begin(), files.end(),
                   [](const auto& left, const auto& right) { return left.path < right.path; });
  Tar tar(made(snapshot));
  for (const auto& file : files)
    tar.add(fs::path(file.path).relative_path().string(), file.content, file.mode, file.owner, file.group);
  for (const metapackage::Lmp* lmp : snapshot.lmps(host))
    add_programs(tar, "usr/lib/lucie/agents/" + lmp->name, lmp->agents);
  return tar.finish();
}

std::string scripts_tar(const Snapshot& snapshot, const config::Host& host) {
  Tar tar(made(snapshot));
  for (const metapackage::Lmp* lmp : snapshot.lmps(host)) add_programs(tar, lmp->name, lmp->scripts);
  return tar.finish();
}

std::string modules_tar(const Snapshot& snapshot, const config::Host& host, const fs::path& etc) {
  Tar tar(made(snapshot));
  for (const metapackage::Lmp* lmp : snapshot.lmps(host)) add_programs(tar, lmp->name, lmp->modules);
  add_programs(tar, "modules.d", files_in(etc / "modules.d"));
  return tar.finish();
}

}  // namespace lucie::daemon
