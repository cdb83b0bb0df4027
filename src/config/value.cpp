#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "base/text.hpp"

namespace lucie::config {
namespace {

template <typename Number>
std::optional<Number> decimal(std::string_view digits) {
  Number number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool plain = !digits.empty() && std::isdigit(static_cast<unsigned char>(digits.front())) != 0;
  if (!plain || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// The factor of a unit letter from `letters`, where each stands for the factor beside it.
template <std::size_t count>
std::optional<std::uint64_t> with_unit(std::string_view text,
                                       const std::array<std::pair<char, std::uint64_t>, count>& units) {
  if (text.empty()) return std::nullopt;
  const auto unit = std::ranges::find(units, text.back(), &std::pair<char, std::uint64_t>::first);
  if (unit == units.end()) return std::nullopt;
  const auto number = decimal<std::uint64_t>(text.substr(0, text.size() - 1));
  if (!number || *number > (std::uint64_t{1} << 62) / unit->second) return std::nullopt;
  return *number * unit->second;
}

/// The pieces of a MAC address and how many digits each may have.
std::vector<std::string> mac_pieces(std::string_view text, std::size_t& digits) {
  digits = 2;
  for (char separator : {':', '-'}) {
    if (text.find(separator) != std::string_view::npos) return base::split(text, separator);
  }
  digits = 4;
  if (text.find('.') != std::string_view::npos) return base::split(text, '.');
  digits = 12;
  return {std::string(text)};
}

struct SizeRange {
  std::uint64_t least = 0;
  std::optional<std::uint64_t> most;
};

/// `512M`, `10G-50G`, `1G-`.
std::optional<SizeRange> parse_size_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto least = parse_size(text.substr(0, dash));
  if (!least || *least == 0) return std::nullopt;
  if (dash == std::string_view::npos) return SizeRange{*least, *least};
  const std::string_view after = text.substr(dash + 1);
  if (after.empty()) return SizeRange{*least, std::nullopt};
  const auto most = parse_size(after);
  if (!most || *most < *least) return std::nullopt;
  return SizeRange{*least, *most};
}

constexpr std::array<std::string_view, 7> file_systems = {"ext4", "xfs",  "btrfs",   "vfat",
                                                          "swap", "none", "biosboot"};

bool is_mount_point(const std::string& text) {
  return text == "swap" || text == "-" ||
         (text.starts_with('/') && text.find("//") == std::string::npos &&
          (text + "/").find("/../") == std::string::npos && (text + "/").find("/./") == std::string::npos &&
          (text == "/" || !text.ends_with('/')));
}

std::string why_no_partition(const Partition& partition) {
  const bool swap = partition.mount_point == "swap";
  if (!is_mount_point(partition.mount_point)) {
    return fmt::format("'{}' is no mount point: an absolute path, 'swap', or '-' for none",
                       partition.mount_point);
  }
  if (std::ranges::find(file_systems, partition.file_system) == file_systems.end()) {
    return fmt::format("'{}' is no file system: one of {}", partition.file_system,
                       fmt::join(file_systems, ", "));
  }
  if (swap != (partition.file_system == "swap"))
    return "mount point and file system are both 'swap', or neither is";
  const bool without = partition.file_system == "none" || partition.file_system == "biosboot";
  if (without && partition.mount_point != "-") return "without a file system the mount point is '-'";
  return {};
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::array<std::pair<char, std::uint64_t>, 4> units = {
      {{'K', 1ULL << 10}, {'M', 1ULL << 20}, {'G', 1ULL << 30}, {'T', 1ULL << 40}}};
  return with_unit(text, units);
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<char, std::uint64_t>, 3> units = {{{'s', 1}, {'m', 60}, {'h', 3600}}};
  const auto seconds = with_unit(text, units);
  if (!seconds || *seconds > 366ULL * 24 * 3600) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "yes" || text == "1" || text == "true") return true;
  if (text == "no" || text == "0" || text == "false") return false;
  return std::nullopt;
}

std::optional<int> parse_number(std::string_view text) {
  return text.size() > 9 ? std::nullopt : decimal<int>(text);
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  if (text.size() > 15) return std::nullopt;
  const auto pieces = base::split(text, '.');
  std::uint32_t address = 0;
  for (const std::string& piece : pieces) {
    const auto number = decimal<unsigned>(piece);
    if (!number || *number > 255 || (piece.size() > 1 && piece.front() == '0')) return std::nullopt;
    address = address << 8 | *number;
  }
  if (pieces.size() != 4) return std::nullopt;
  return address;
}

std::string format_address(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

std::optional<std::uint32_t> parse_mask(std::string_view text) {
  const auto mask = parse_address(text);
  if (!mask) return std::nullopt;
  const int ones = std::countl_one(*mask);
  if (std::popcount(*mask) != ones || ones < 1 || ones > 30) return std::nullopt;
  return mask;
}

std::string normal_mac(std::string_view text) {
  if (text.size() > 17) return {};
  std::size_t digits = 0;
  const auto pieces = mac_pieces(text, digits);
  if (pieces.size() != 12 / digits) return {};
  std::string all;
  for (const std::string& piece : pieces) {
    const bool whole = digits == 2 || piece.size() == digits;
    if (piece.empty() || piece.size() > digits || !whole) return {};
    if (piece.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return {};
    all += std::string(digits - piece.size(), '0') + piece;
  }
  std::string normal;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (at > 0 && at % 2 == 0) normal += ':';
    normal += static_cast<char>(std::tolower(static_cast<unsigned char>(all[at])));
  }
  return normal;
}

std::optional<Partition> parse_partition(std::string_view text, std::string& why) {
  const auto words = base::split_words(text);
  if (words.size() < 3 || words.size() > 4) {
    why = "a partition is written MOUNT SIZE FILESYSTEM [OPTIONS], as in '/ 10G- ext4 noatime'";
    return std::nullopt;
  }
  const auto size = parse_size_range(words[1]);
  if (!size) {
    why = fmt::format("'{}' is no size: 512M, 10G-50G, or 1G- for at least 1G", words[1]);
    return std::nullopt;
  }
  Partition partition{
      .mount_point = words[0], .least = size->least, .most = size->most, .file_system = words[2]};
  if (words.size() == 4) partition.options = base::split_list(words[3]);
  why = why_no_partition(partition);
  if (!why.empty()) return std::nullopt;
  return partition;
}

std::pair<std::string, std::string> module_and_value(std::string_view text) {
  auto words = base::split_words(text);
  if (words.size() != 2) return {};
  return {std::move(words[0]), std::move(words[1])};
}

}  // namespace lucie::config
