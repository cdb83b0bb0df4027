#include <algorithm>
#include <fmt/format.h>

#include "config/reading.hpp"
#include "config/value.hpp"

/// Disk layouts, with `default` for those who define none.
namespace lucie::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebibyte = 1ULL << 20;

/// Swap first, so that the root may take what is left.
std::vector<Partition> standard_partitions() {
  return {{.mount_point = "swap", .least = 512 * mebibyte, .most = 512 * mebibyte, .file_system = "swap"},
          {.mount_point = "/", .least = 1024 * mebibyte, .file_system = "ext4"}};
}

std::vector<std::string> values(const std::vector<const Attribute*>& attributes) {
  std::vector<std::string> found;
  for (const Attribute* attribute : attributes) found.push_back(attribute->value);
  return found;
}

/// The partitions of the layout; a mount point is taken once.
std::vector<Partition> read_partitions(Reading& reading, const std::vector<const Attribute*>& lines) {
  std::vector<Partition> partitions;
  std::map<std::string, int> mounted;
  for (const Attribute* line : lines) {
    std::string why;
    auto partition = parse_partition(line->value, why);
    if (!partition) continue;  // told by check_schema
    partition->position = line->value_position;
    const bool single = partition->mount_point != "-" && partition->mount_point != "swap";
    const auto [first, fresh] = mounted.emplace(partition->mount_point, line->value_position.line);
    if (single && !fresh) {
      reading.fault(line->value_position, fmt::format("a second partition for '{}'", partition->mount_point),
                    fmt::format("the first one is in line {}", first->second));
    }
    partitions.push_back(std::move(*partition));
  }
  return partitions;
}

std::string disk_config(Reading& reading, const Definition& definition) {
  const Attribute* attribute = definition.find("fai_disk_config");
  if (attribute == nullptr) return {};
  const fs::path file = fs::path(attribute->value_position.file).parent_path() / attribute->value;
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    reading.fault(attribute->value_position, fmt::format("'{}' is no file that can be read", file.string()));
  }
  return file.string();
}

void prove(Reading& reading, const DiskLayout& layout, std::size_t lines) {
  const bool whole = layout.partitions.size() == lines;  // otherwise something is missing that was told
  const bool has_root =
      std::ranges::any_of(layout.partitions, [](const Partition& p) { return p.mount_point == "/"; });
  const bool elsewhere = !layout.raid.empty() || !layout.lvm.empty() || !layout.fai_disk_config.empty();
  if (whole && !has_root && !elsewhere) {
    reading.fault(layout.position, fmt::format("disk_layout '{}' has no partition for '/'", layout.name),
                  "as in 'partition / 4G- ext4'");
  }
  if (layout.label == "msdos" && layout.partitions.size() > 4) {
    reading.fault(layout.position,
                  fmt::format("disk_layout '{}' has {} partitions, and a label 'msdos' holds 4", layout.name,
                              layout.partitions.size()),
                  "'label gpt' holds more");
  }
  for (const Partition& partition : layout.partitions) {
    if (partition.file_system != "biosboot" || layout.label == "gpt") continue;
    reading.fault(partition.position, "a partition 'biosboot' belongs on a disk with the label 'gpt'",
                  "with an msdos label GRUB lies between the label and the first partition");
  }
}

void read_layout(Reading& reading, const Definition& definition) {
  reading.has_required(definition);
  if (definition.identity() == nullptr) return;
  DiskLayout layout{.name = definition.identity()->value, .position = definition.position()};
  if (!reading.enter(reading.layout_index, layout.name, reading.cluster.disk_layouts.size(), definition))
    return;
  layout.disk = reading.text(definition, "disk", "first");
  layout.label = reading.text(definition, "label", "gpt");
  layout.raid = values(definition.repeated("raid"));
  layout.lvm = values(definition.repeated("lvm"));
  layout.fai_disk_config = disk_config(reading, definition);
  const auto lines = definition.repeated("partition");
  layout.partitions = read_partitions(reading, lines);
  const bool nothing =
      lines.empty() && layout.raid.empty() && layout.lvm.empty() && layout.fai_disk_config.empty();
  if (nothing) layout.partitions = standard_partitions();
  prove(reading, layout, nothing ? layout.partitions.size() : lines.size());
  reading.cluster.disk_layouts.push_back(std::move(layout));
}

}  // namespace

void read_disk_layouts(Reading& reading) {
  for (const Definition& definition : reading.inheritance.definitions("disk_layout"))
    read_layout(reading, definition);
  if (reading.layout_index.contains("default")) return;
  reading.layout_index["default"] = {reading.cluster.disk_layouts.size(), {}};
  reading.cluster.disk_layouts.push_back(
      {.name = "default", .disk = "first", .label = "gpt", .partitions = standard_partitions()});
}

}  // namespace lucie::config
