#include "universe/release.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "universe/control_text.hpp"

namespace lucie::universe {
namespace {

bool is_yes(std::string_view value) {
  return value == "yes" || value == "Yes";
}

std::vector<std::string> words(std::string_view text, std::string_view name) {
  return base::split_words(field(text, name));
}

std::optional<base::SystemTime> date_field(std::string_view text, std::string_view name) {
  const std::string_view value = field(text, name);
  if (value.empty()) return {};
  return parse_release_date(value);
}

std::map<std::string, Release::File> parse_files(std::string_view text) {
  std::map<std::string, Release::File> files;
  for (const std::string_view line : field_lines(text, "SHA256")) {
    const auto part = base::split_words(line);
    const bool well_formed = part.size() == 3 && part[0].size() == 64 && part[1].size() < 19 &&
                             part[1].find_first_not_of("0123456789") == std::string::npos;
    if (!well_formed)
      throw Error(fmt::format("its SHA256 list has the line '{}'", base::escape_control(line)));
    files[part[2]] = {part[0], std::stoull(part[1])};
  }
  return files;
}

}  // namespace

base::SystemTime parse_release_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  std::array<char, 4> month{};
  const std::string line(text);
  // strptime would follow the program's locale.
  const int read = std::sscanf(line.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d", &parts.tm_mday, month.data(),
                               &parts.tm_year, &parts.tm_hour, &parts.tm_min, &parts.tm_sec);
  const auto found = std::ranges::find(months, std::string_view(month.data()));
  const bool utc = text.ends_with("UTC") || text.ends_with("GMT") || text.ends_with("+0000");
  // A system clock's time ends in 2262.
  const bool year = parts.tm_year >= 1970 && parts.tm_year <= 2261;
  if (read != 6 || found == months.end() || !utc || !year)
    throw Error(fmt::format("'{}' is not a date of a Release file", base::escape_control(text)));
  parts.tm_mon = static_cast<int>(found - months.begin());
  parts.tm_year -= 1900;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

Release parse_release(std::string_view text) {
  Release release;
  release.suite = field(text, "Suite");
  release.codename = field(text, "Codename");
  release.architectures = words(text, "Architectures");
  release.components = words(text, "Components");
  release.date = date_field(text, "Date");
  release.valid_until = date_field(text, "Valid-Until");
  release.not_automatic = is_yes(field(text, "NotAutomatic"));
  release.by_hash = is_yes(field(text, "Acquire-By-Hash"));
  release.all_apart = std::ranges::find(release.architectures, "all") != release.architectures.end() &&
                      field(text, "No-Support-for-Architecture-all") != "Packages";
  release.files = parse_files(text);
  return release;
}

}  // namespace lucie::universe
