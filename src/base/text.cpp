#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace lucie::base {
namespace {

/// Bytes of the UTF-8 character that the text begins with (RFC 3629); 0 when it begins with none.
std::size_t first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || more >= text.size()) return 0;
  unsigned code = more == 0 ? lead : lead & (0x3F >> more);
  for (std::size_t k = 1; k <= more; ++k) {
    const auto next = static_cast<unsigned char>(text[k]);
    if ((next & 0xC0) != 0x80) return 0;
    code = (code << 6) | (next & 0x3F);
  }
  const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  return overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : more + 1;
}

/// Those of ASCII, and U+0080 to U+009F, which terminals obey too.
bool is_control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  return lead < 0x20 || lead == 0x7F || (lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (std::size_t start = 0;;) {
    const auto end = text.find(separator, start);
    pieces.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return pieces;
    start = end + 1;
  }
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> pieces;
  for (const std::string& piece : split(text, ',')) {
    if (const auto word = trim(piece); !word.empty()) pieces.emplace_back(word);
  }
  return pieces;
}

std::vector<std::string> split_words(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> words;
  for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = text.find_first_of(blanks, start);
    words.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(blanks, end);
  }
  return words;
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
  return fmt::format("{}", fmt::join(pieces, separator));
}

namespace {

/// Breaks a paragraph into lines of at most `width` columns (bytes of UTF-8 beyond the first count nothing).
std::vector<std::string> fold(const std::string& paragraph, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  const auto columns = [](const std::string& text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  };
  for (const std::string& word : split_words(paragraph)) {
    if (!line.empty() && static_cast<std::size_t>(columns(line) + 1 + columns(word)) > width) {
      lines.push_back(line);
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<std::vector<std::string>> folded_paragraphs(const std::string& text, std::size_t width) {
  std::vector<std::vector<std::string>> paragraphs;
  std::string paragraph;
  const auto close = [&] {
    std::vector<std::string> lines = fold(paragraph, width);
    if (!lines.empty()) paragraphs.push_back(std::move(lines));
    paragraph.clear();
  };
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) {
      close();
    } else {
      paragraph += line + " ";
    }
  }
  close();
  return paragraphs;
}

std::string escape_control(std::string_view text, std::string_view keep) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = first_character(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length != 0 && (!is_control(character) || keep.find(character) != std::string_view::npos)) {
      escaped += character;
    } else {
      for (const unsigned char byte : character) escaped += fmt::format("\\x{:02x}", byte);
    }
    text.remove_prefix(character.size());
  }
  return escaped;
}

std::string shell_quote(std::string_view word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-+=:,./@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return std::string(word);
  std::string quoted = "'";
  for (char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = first_character(bytes);
    if (length == 0 || bytes[0] == '\0') return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string human_size(unsigned long long bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  if (unit == 0) return fmt::format("{} B", bytes);
  return value < 10 ? fmt::format("{:.1f} {}", value, units[unit])
                    : fmt::format("{:.0f} {}", value, units[unit]);
}

}  // namespace lucie::base
