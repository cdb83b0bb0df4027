#include "lmp/front_end/wrapping.hpp"

#include <algorithm>
#include <clocale>
#include <cwchar>

#include "base/text.hpp"

namespace lucie::lmp {
namespace {

struct Letter {
  std::string bytes;
  int columns = 1;
};

/// wcwidth(3) knows widths by the locale; ours is UTF-8 whatever the environment says.
int columns_of(wchar_t letter) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return 1;
  const locale_t before = uselocale(utf8);
  const int width = wcwidth(letter);
  uselocale(before);
  return std::max(width, 0);
}

std::vector<Letter> letters_of(const std::string& text) {
  std::vector<Letter> letters;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned long code = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
      code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    letters.push_back({text.substr(at, length), columns_of(static_cast<wchar_t>(code))});
    at += length;
  }
  return letters;
}

/// Words with what parts them: a line may end before and after each wide letter, and at blanks.
struct Word {
  std::string text;
  std::size_t columns = 0;
  bool after_blank = false;
};

std::vector<Word> words_of(const std::string& line) {
  std::vector<Word> words;
  bool blank = false, open = false;
  for (const Letter& letter : letters_of(line)) {
    if (letter.bytes == " " || letter.bytes == "\t") {
      blank = true;
      open = false;
      continue;
    }
    if (!open || (letter.columns == 2)) words.push_back({{}, 0, blank});
    words.back().text += letter.bytes;
    words.back().columns += static_cast<std::size_t>(letter.columns);
    open = letter.columns != 2;
    blank = false;
  }
  return words;
}

void wrap_line(const std::string& line, std::size_t width, std::vector<std::string>& lines) {
  if (line.empty() || line.front() == ' ') {
    lines.push_back(line);
    return;
  }
  std::string text;
  std::size_t used = 0;
  for (const Word& word : words_of(line)) {
    const std::size_t gap = word.after_blank && used > 0 ? 1 : 0;
    if (used > 0 && used + gap + word.columns > width) {
      lines.push_back(text);
      text.clear();
      used = 0;
    } else if (gap > 0) {
      text += ' ';
      used += gap;
    }
    text += word.text;
    used += word.columns;
  }
  lines.push_back(text);
}

}  // namespace

std::size_t columns(const std::string& text) {
  std::size_t sum = 0;
  for (const Letter& letter : letters_of(text)) sum += static_cast<std::size_t>(letter.columns);
  return sum;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  for (const std::string& line : base::split(text, '\n')) wrap_line(line, width, lines);
  return lines;
}

}  // namespace lucie::lmp
