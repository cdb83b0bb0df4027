#include "installer/disk.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_in(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return 0;
  return std::strtoull(base::read_file(file).c_str(), nullptr, 10);
}

/// Device kinds that no node is installed on unless its layout names them: memory, files, optical drives, and
/// what is made of other disks.
bool is_real_disk(const std::string& name) {
  static constexpr std::array<std::string_view, 10> others = {"loop", "ram", "zram", "sr",  "fd",
                                                              "dm-",  "md",  "nbd",  "rbd", "mtdblock"};
  return std::none_of(others.begin(), others.end(),
                      [&](std::string_view other) { return name.starts_with(other); });
}

/// The kernel counts in 512-byte sectors whatever the disk's own are (Documentation/ABI/stable/sysfs-block).
std::uint64_t size_of(const fs::path& sys_disk) {
  return number_in(sys_disk / "size") * 512;
}

std::vector<std::string> disks(const fs::path& sys_block) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(sys_block, ignored)) {
    const bool fixed = number_in(entry.path() / "removable") == 0 && size_of(entry.path()) > 0;
    if (fixed && is_real_disk(entry.path().filename())) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

}  // namespace

bool natural_less(const std::string& left, const std::string& right) {
  std::size_t i = 0, j = 0;
  while (i < left.size() && j < right.size()) {
    if (std::isdigit(static_cast<unsigned char>(left[i])) &&
        std::isdigit(static_cast<unsigned char>(right[j]))) {
      char *end_left = nullptr, *end_right = nullptr;
      const auto a = std::strtoull(left.c_str() + i, &end_left, 10);
      const auto b = std::strtoull(right.c_str() + j, &end_right, 10);
      if (a != b) return a < b;
      i = static_cast<std::size_t>(end_left - left.c_str());
      j = static_cast<std::size_t>(end_right - right.c_str());
    } else if (left[i] != right[j]) {
      return left[i] < right[j];
    } else {
      ++i;
      ++j;
    }
  }
  return left.size() - i < right.size() - j;
}

Disk find_disk(const std::string& wanted, const fs::path& sys_block) {
  const auto names = disks(sys_block);
  const std::string known = names.empty() ? "none" : base::join(names, ", ");
  if (wanted == "first") {
    if (names.empty())
      throw EnvironmentError("this machine has no disk")
          .hint("is the driver of its disk controller in the installer's kernel?");
    return {.device = "/dev/" + names.front(), .bytes = size_of(sys_block / names.front())};
  }
  std::error_code failed;
  const fs::path device = fs::canonical(wanted, failed);  // /dev/disk/by-id/… is a link
  const fs::path sys_disk = sys_block / device.filename();
  if (failed || !fs::exists(sys_disk))
    throw Error(fmt::format("there is no disk '{}'", wanted)).hint("disks of this machine: " + known);
  if (size_of(sys_disk) == 0) throw Error(fmt::format("disk '{}' is empty: no medium in it", wanted));
  return {.device = device.string(), .bytes = size_of(sys_disk)};
}

std::string partition_device(const std::string& disk, int number) {
  const bool digit = !disk.empty() && std::isdigit(static_cast<unsigned char>(disk.back())) != 0;
  return fmt::format("{}{}{}", disk, digit ? "p" : "", number);
}

}  // namespace lucie::installer
