#include "installer/modules/partition/partition_plan.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "installer/disk.hpp"

namespace lucie::installer {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

std::uint64_t whole_mebibytes(std::uint64_t bytes) {
  return (bytes + mebibyte - 1) / mebibyte;
}

bool needs_extended(const wire::Slice& slice) {
  return slice.label == "msdos" && slice.partitions.size() > 4;
}

/// One MiB before the first partition, one behind the last for the second table of gpt, and one before each
/// logical partition for its own table.
std::uint64_t reserved(const wire::Slice& slice) {
  if (slice.label == "gpt") return 2;
  return needs_extended(slice) ? 1 + slice.partitions.size() - 3 : 1;
}

/// Shares `left` MiB out: evenly among those that may grow, again and again while one reaches its most.
void grow(std::vector<std::uint64_t>& sizes, const wire::Slice& slice, std::uint64_t left) {
  const auto room = [&](std::size_t index) {
    const wire::SlicePartition& wanted = slice.partitions[index];
    if (wanted.most == 0) return left;
    return std::min(left, std::max(wanted.most / mebibyte, sizes[index]) - sizes[index]);
  };
  while (left > 0) {
    std::vector<std::size_t> growing;
    for (std::size_t index = 0; index < sizes.size(); ++index) {
      if (room(index) > 0) growing.push_back(index);
    }
    if (growing.empty()) return;
    const std::uint64_t share = std::max<std::uint64_t>(left / growing.size(), 1);
    for (std::size_t index : growing) {
      const std::uint64_t more = std::min(share, room(index));
      sizes[index] += more;
      left -= more;
    }
  }
}

std::vector<std::uint64_t> share_out(const wire::Slice& slice, std::uint64_t disk_bytes) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t needed = reserved(slice);
  for (const wire::SlicePartition& wanted : slice.partitions) {
    sizes.push_back(std::max<std::uint64_t>(whole_mebibytes(wanted.least), 1));
    needed += sizes.back();
  }
  const std::uint64_t available = disk_bytes / mebibyte;
  if (needed > available) {
    throw Error(fmt::format("the partitions need {}, the disk has {}", base::human_size(needed * mebibyte),
                            base::human_size(disk_bytes)))
        .hint("make the partitions of the disk layout smaller");
  }
  grow(sizes, slice, available - needed);
  return sizes;
}

/// The partition with the boot loader's files: /boot, or / when there is none.
std::string boot_mount_point(const wire::Slice& slice) {
  const bool apart = std::any_of(slice.partitions.begin(), slice.partitions.end(),
                                 [](const auto& wanted) { return wanted.mount_point == "/boot"; });
  return apart ? "/boot" : "/";
}

void check(const wire::Slice& slice) {
  if (slice.label != "gpt" && slice.label != "msdos")
    throw Error(fmt::format("unknown disk label '{}'", slice.label)).hint("use gpt or msdos");
  if (slice.partitions.empty()) throw Error("the slice has no partitions");
}

/// sfdisk's short names; it has none for the partition that GRUB's second stage lies in.
std::string type_of(const PlannedPartition& partition) {
  if (partition.extended) return "E";
  if (partition.wanted.file_system == "biosboot") return "21686148-6449-6E6F-744E-656564454649";
  if (partition.wanted.file_system == "swap") return "S";
  return partition.wanted.mount_point == "/boot/efi" ? "U" : "L";
}

}  // namespace

std::vector<int> partition_numbers(const wire::Slice& slice) {
  std::vector<int> numbers;
  for (std::size_t index = 0; index < slice.partitions.size(); ++index) {
    const bool logical = needs_extended(slice) && index >= 3;
    numbers.push_back(static_cast<int>(index) + (logical ? 2 : 1));
  }
  return numbers;
}

PartitionPlan plan_partitions(const wire::Slice& slice, std::uint64_t disk_bytes) {
  check(slice);
  const auto sizes = share_out(slice, disk_bytes);
  const auto numbers = partition_numbers(slice);
  PartitionPlan plan{.label = slice.label};
  std::uint64_t next = 1;
  for (std::size_t index = 0; index < sizes.size(); ++index) {
    if (numbers[index] == 5) {
      std::uint64_t rest = 0;
      for (std::size_t logical = index; logical < sizes.size(); ++logical) rest += sizes[logical] + 1;
      plan.partitions.push_back({.number = 4, .start = next, .size = rest, .extended = true});
    }
    if (numbers[index] >= 5) ++next;
    const wire::SlicePartition& wanted = slice.partitions[index];
    plan.partitions.push_back({.number = numbers[index],
                               .start = next,
                               .size = sizes[index],
                               .active = wanted.mount_point == boot_mount_point(slice),
                               .wanted = wanted});
    next += sizes[index];
  }
  return plan;
}

std::string sfdisk_script(const PartitionPlan& plan, const std::string& disk) {
  std::string script = fmt::format("label: {}\n\n", plan.label == "gpt" ? "gpt" : "dos");
  for (const PlannedPartition& partition : plan.partitions) {
    script += fmt::format("{} : start={}MiB, size={}MiB, type={}", partition_device(disk, partition.number),
                          partition.start, partition.size, type_of(partition));
    if (partition.active) script += plan.label == "gpt" ? ", attrs=LegacyBIOSBootable" : ", bootable";
    script += "\n";
  }
  return script;
}

std::string describe(const PartitionPlan& plan, const std::string& disk) {
  std::string text = fmt::format("{}: label {}\n", disk, plan.label);
  for (const PlannedPartition& partition : plan.partitions) {
    text += fmt::format("{}: {} at {} MiB: {} {}{}\n", partition_device(disk, partition.number),
                        base::human_size(partition.size * mebibyte), partition.start,
                        partition.extended ? "extended" : partition.wanted.file_system,
                        partition.wanted.mount_point, partition.active ? " (active)" : "");
  }
  return text;
}

}  // namespace lucie::installer
