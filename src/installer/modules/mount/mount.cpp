#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "installer/disk.hpp"
#include "installer/modules/modules.hpp"
#include "installer/modules/mount/file_system_table.hpp"
#include "installer/modules/partition/partition_plan.hpp"
#include "installer/mounts.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// Asks the device itself, not a cache that may be older than its file system.
std::string uuid_of(const std::string& device) {
  const base::Outcome outcome =
      base::run({.argv = {"blkid", "--probe", "--match-tag", "UUID", "--output", "value", device}});
  const std::string uuid(base::trim(outcome.output));
  if (outcome.success() && !uuid.empty()) return uuid;
  throw Error(fmt::format("{} has no file system", device))
      .hint("a node that was never partitioned needs the module 'partition' before 'mount'");
}

std::vector<FileSystem> find_file_systems(const wire::Slice& slice) {
  const Disk disk = find_disk(slice.disk);
  const auto numbers = partition_numbers(slice);
  std::vector<FileSystem> found;
  for (std::size_t index = 0; index < slice.partitions.size(); ++index) {
    FileSystem each{.device = partition_device(disk.device, numbers[index]),
                    .wanted = slice.partitions[index]};
    if (!each.is_mounted() && !each.is_swap()) continue;
    each.uuid = uuid_of(each.device);
    found.push_back(std::move(each));
  }
  return found;
}

/// The options of the definitions are for the node; here only what the file system cannot do without counts.
void mount_one(const FileSystem& file_system, const fs::path& place, base::Reporter& reporter) {
  const auto mounts = read_mounts();
  const bool there = std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) {
    return mount.mount_point == place.string() && mount.device == file_system.device;
  });
  if (there) return;
  fs::create_directories(place);
  base::run_or_throw({.argv = {"mount", "-t", file_system.wanted.file_system, "-o", "noatime",
                               file_system.device, place.string()}});
  reporter.note(fmt::format("{} on {}", file_system.device, place.string()));
}

fs::path below(const fs::path& target, const std::string& mount_point) {
  return mount_point == "/" ? target : target / fs::path(mount_point).relative_path();
}

void mount_all(ModuleContext& context) {
  const auto file_systems = find_file_systems(context.slice);
  const auto ordered = mount_order(file_systems);
  if (ordered.empty() || ordered.front().wanted.mount_point != "/")
    throw Error("the disk layout has no partition for /").hint("add one to the host's disk_layout");
  for (const FileSystem& each : ordered)
    mount_one(each, below(context.target, each.wanted.mount_point), context.reporter);
  base::write_file(context.run / "fstab", file_system_table(file_systems));
}

}  // namespace

const ShippedModule mount_module = {
    .name = "mount",
    .description = R"({"version":1,"summary":"mount the node's file systems below the target",)"
                   R"("needs":["environment"],"after":["disk"],"produces":["target"],"weight":0.5,)"
                   R"("timeout":300})",
    .run = mount_all};

}  // namespace lucie::installer
