#include "daemon/node_logs.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "daemon/served_files.hpp"

namespace lucie::daemon {
namespace fs = std::filesystem;

NodeLogs::NodeLogs(fs::path folder) : folder_(std::move(folder)) {}

bool NodeLogs::append(const std::string& node, const std::string& module, std::string_view text) const {
  std::error_code ignored;
  fs::create_directories(folder_ / node, ignored);
  const fs::path file = folder_ / node / (module + ".log");
  const base::FileDescriptor log(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  struct stat status {};
  if (!log.valid() || fstat(log.get(), &status) != 0) throw_errno("open " + file.string());
  if (static_cast<std::uint64_t>(status.st_size) + text.size() > most_bytes) return false;
  while (!text.empty()) {
    const ssize_t count = write(log.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + file.string());
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void NodeLogs::begin(const std::string& node) const {
  const std::vector<Log> logs = list(node);
  if (logs.empty()) return;
  const fs::path previous = folder_ / node / "previous";
  std::error_code ignored;
  fs::remove_all(previous, ignored);
  fs::create_directories(previous, ignored);
  for (const Log& log : logs)
    fs::rename(folder_ / node / (log.module + ".log"), previous / (log.module + ".log"), ignored);
}

std::vector<NodeLogs::Log> NodeLogs::list(const std::string& node) const {
  std::vector<std::pair<fs::file_time_type, Log>> logs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_ / node, ignored)) {
    if (!entry.is_regular_file(ignored) || entry.path().extension() != ".log") continue;
    const auto written = entry.last_write_time(ignored);
    const auto modified =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::file_clock::to_sys(written));
    logs.push_back(
        {written, {entry.path().stem().string(), entry.file_size(ignored), base::format_time(modified)}});
  }
  std::sort(logs.begin(), logs.end(), [](const auto& left, const auto& right) {
    return std::tie(left.first, left.second.module) < std::tie(right.first, right.second.module);
  });
  std::vector<Log> sorted;
  for (auto& [written, log] : logs) sorted.push_back(std::move(log));
  return sorted;
}

base::FileDescriptor NodeLogs::open(const std::string& node, const std::string& module) const {
  return open_below(folder_, fs::path(node) / (module + ".log"));
}

}  // namespace lucie::daemon
