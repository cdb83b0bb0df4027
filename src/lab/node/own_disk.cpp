#include "lab/node/own_disk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <sys/mount.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lab/node/disk.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

struct Partition {
  std::string device, type, uuid;
};

std::string tag(const std::string& device, const char* name) {
  const auto told =
      base::run({.argv = {"blkid", "--probe", "--match-tag", name, "--output", "value", device}});
  return std::string(base::trim(told.output));
}

std::vector<Partition> partitions() {
  std::vector<Partition> found;
  for (const auto& entry : fs::directory_iterator("/dev")) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(NodeDisk::name) || name == NodeDisk::name) continue;
    found.push_back({entry.path(), tag(entry.path(), "TYPE"), tag(entry.path(), "UUID")});
  }
  std::sort(found.begin(), found.end(),
            [](const Partition& left, const Partition& right) { return left.device < right.device; });
  return found;
}

bool is_root_type(const std::string& type) {
  return type == "ext4" || type == "ext3" || type == "ext2" || type == "xfs" || type == "btrfs";
}

void mount_partition(const Partition& partition, const fs::path& place, const std::string& options) {
  fs::create_directories(place);
  base::run_or_throw({.argv = {"mount", "-t", partition.type, "-o", options.empty() ? "defaults" : options,
                               partition.device, place}});
}

bool is_meant(const TableEntry& entry, const Partition& partition) {
  return entry.device == "UUID=" + partition.uuid || entry.device == partition.device;
}

/// The entries of the fstab on it if it says that it is the root; otherwise none.
std::vector<TableEntry> table_of_root(const Partition& partition, const fs::path& place) {
  const fs::path table = place / "etc/fstab";
  if (!fs::is_regular_file(table)) return {};
  auto entries = read_file_system_table(base::read_file(table));
  const bool root =
      !entries.empty() && entries.front().mount_point == "/" && is_meant(entries.front(), partition);
  return root ? entries : std::vector<TableEntry>();
}

void mount_others(const std::vector<TableEntry>& entries, const std::vector<Partition>& all,
                  const fs::path& place) {
  for (const TableEntry& entry : entries) {
    if (entry.mount_point == "/") continue;
    const auto partition =
        std::find_if(all.begin(), all.end(), [&](const Partition& each) { return is_meant(entry, each); });
    if (partition == all.end())
      throw Error(fmt::format("fstab: there is no {} for {}", entry.device, entry.mount_point));
    mount_partition(*partition, place / fs::path(entry.mount_point).relative_path(), entry.options);
  }
}

}  // namespace

std::vector<TableEntry> read_file_system_table(const std::string& text) {
  static const std::set<std::string> not_of_a_disk = {"swap",   "proc", "sysfs", "tmpfs",
                                                      "devpts", "nfs",  "nfs4"};
  std::vector<TableEntry> entries;
  for (const std::string& line : base::split(text, '\n')) {
    const auto words = base::split_words(line);
    if (words.size() < 4 || words[0].starts_with('#') || not_of_a_disk.contains(words[2])) continue;
    const auto options = base::split(words[3], ',');
    if (std::find(options.begin(), options.end(), "noauto") != options.end()) continue;
    entries.push_back({words[0], words[1], words[2], words[3]});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const TableEntry& left, const TableEntry& right) {
    return left.mount_point < right.mount_point;
  });
  return entries;
}

void mount_own_disk(const fs::path& place) {
  const auto all = partitions();
  for (const Partition& partition : all) {
    if (!is_root_type(partition.type)) continue;
    mount_partition(partition, place, "");
    if (const auto entries = table_of_root(partition, place); !entries.empty())
      return mount_others(entries, all, place);
    umount(place.c_str());
  }
  throw Error("no bootable system on the disk").hint("a node is installed when it is armed and boots");
}

}  // namespace lucie::lab
