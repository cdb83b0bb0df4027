#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "installer/disk.hpp"
#include "installer/modules/modules.hpp"
#include "installer/modules/partition/make_file_system.hpp"
#include "installer/modules/partition/partition_plan.hpp"
#include "installer/mounts.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// What is mounted or swapped on from the disk, for the error message.
std::string users_of(const std::string& disk) {
  std::vector<std::string> users;
  for (const Mount& mount : read_mounts()) {
    if (mount.device.starts_with(disk)) users.push_back(mount.device + " on " + mount.mount_point);
  }
  const std::string swaps = fs::exists("/proc/swaps") ? base::read_file("/proc/swaps") : "";
  for (const std::string& line : base::split(swaps, '\n')) {
    if (line.starts_with(disk)) users.push_back(line.substr(0, line.find(' ')) + " as swap");
  }
  return users.empty() ? "held by another program or device" : base::join(users, ", ");
}

/// The kernel gives a disk exclusively only when neither it nor a partition of it is mounted, swapped on or
/// part of a RAID.
void refuse_disk_in_use(const std::string& disk) {
  const base::FileDescriptor exclusive(open(disk.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  if (exclusive.valid()) return;
  if (errno != EBUSY) throw_errno("open " + disk);
  throw Error(fmt::format("disk {} is in use: {}", disk, users_of(disk)))
      .hint("nothing was changed; unmount what is mounted from it first");
}

/// Everything that will be needed is looked for before the disk is touched.
void check_tools(const PartitionPlan& plan) {
  std::set<std::string> programs = {"sfdisk", "blkid"};
  for (const PlannedPartition& partition : plan.partitions) {
    const auto command = make_file_system_command(partition.wanted.file_system, "", partition.active);
    if (!partition.extended && !command.empty()) programs.insert(command.front());
  }
  for (const std::string& program : programs) {
    if (base::find_in_path(program).empty())
      throw EnvironmentError(fmt::format("{}: program not found; nothing was changed", program))
          .hint("add its package to the installer's nfsroot_packages");
  }
}

bool all_there(const PartitionPlan& plan, const std::string& disk) {
  return std::all_of(plan.partitions.begin(), plan.partitions.end(), [&](const PlannedPartition& partition) {
    return fs::exists(partition_device(disk, partition.number));
  });
}

/// Device nodes appear a moment after the kernel has read the new table. A kernel that reads no tables of
/// this kind is told the partitions.
void wait_for_devices(const PartitionPlan& plan, const std::string& disk) {
  if (!base::find_in_path("udevadm").empty() && fs::exists("/run/udev/control"))
    base::run({.argv = {"udevadm", "settle", "--timeout=10"}});
  if (!all_there(plan, disk)) base::run({.argv = {"partx", "--update", disk}});
  for (int tries = 0; !all_there(plan, disk); ++tries) {
    if (tries == 100)
      throw EnvironmentError(fmt::format("the devices of {}'s new partitions did not appear", disk));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void write_table(const PartitionPlan& plan, const std::string& disk) {
  base::run_or_throw({.argv = {"sfdisk", "--quiet", "--wipe", "always", "--wipe-partitions", "always", disk},
                      .input = sfdisk_script(plan, disk)});
  wait_for_devices(plan, disk);
}

void make_file_systems(const PartitionPlan& plan, const std::string& disk, base::Reporter& reporter) {
  double done = 0;
  for (const PlannedPartition& partition : plan.partitions) {
    const std::string device = partition_device(disk, partition.number);
    const auto command = make_file_system_command(partition.wanted.file_system, device, partition.active);
    if (!partition.extended && !command.empty()) {
      reporter.note(base::join(command, " "));
      base::run_or_throw({.argv = command});
    }
    reporter.progress(device, ++done / static_cast<double>(plan.partitions.size()));
  }
}

void partition(ModuleContext& context) {
  const Disk disk = find_disk(context.slice.disk);
  const PartitionPlan plan = plan_partitions(context.slice, disk.bytes);
  context.reporter.note(fmt::format("{}: {}", disk.device, base::human_size(disk.bytes)));
  for (const std::string& line : base::split(base::trim(describe(plan, disk.device)), '\n'))
    context.reporter.note(line);
  if (context.dry_run) return context.reporter.note(sfdisk_script(plan, disk.device));
  check_tools(plan);
  refuse_disk_in_use(disk.device);
  write_table(plan, disk.device);
  make_file_systems(plan, disk.device, context.reporter);
}

}  // namespace

const ShippedModule partition_module = {
    .name = "partition",
    .description = R"({"version":1,"summary":"write the partition table and make the file systems",)"
                   R"("needs":["environment"],"produces":["disk"],"weight":3,"timeout":900})",
    .run = partition,
    .takes_dry_run = true};

}  // namespace lucie::installer
