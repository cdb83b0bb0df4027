#include "config/lines.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace lucie::config {
namespace {

constexpr std::string_view special_bytes = "\n\r\"\\#;";

/// Length of the character at `at`, 0 when there is no valid one.
std::size_t character_length(std::string_view line, std::size_t at) {
  for (std::size_t length = 1; length <= 4 && at + length <= line.size(); ++length) {
    if (base::is_utf8(line.substr(at, length))) return length;
  }
  return 0;
}

/// Replaces the bad bytes of [first, last) and gives the column of the first one.
int replace_bad_bytes(std::string& content, std::size_t first, std::size_t last) {
  int column = 0;
  const std::string line = content.substr(first, last - first);
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = character_length(line, at);
    if (length == 0) {
      content[first + at] = '?';
      if (column == 0) column = static_cast<int>(at) + 1;
    }
    at += std::max<std::size_t>(length, 1);
  }
  return column;
}

}  // namespace

bool Line::quoted_at(std::size_t offset) const {
  return is_quoted(quoted_parts, offset);
}

bool is_quoted(const std::vector<QuotedPart>& parts, std::size_t offset) {
  const auto part = std::partition_point(parts.begin(), parts.end(),
                                         [&](const QuotedPart& each) { return each.last <= offset; });
  return part != parts.end() && part->first <= offset;
}

Place place_of(const std::vector<Place>& places, std::size_t offset) {
  const auto after = std::partition_point(places.begin(), places.end(),
                                          [&](const Place& each) { return each.offset <= offset; });
  Place found = after == places.begin() ? Place{} : *std::prev(after);
  found.column += static_cast<int>(offset - found.offset);
  found.offset = offset;
  return found;
}

LineReader::LineReader(std::string_view content, std::string file, std::vector<Fault>& faults)
    : content_(content), file_(std::move(file)), faults_(faults) {
  if (content_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark, as some editors write
}

bool LineReader::next(Line& line) {
  if (at_ >= content_.size()) return false;
  line.text.clear();
  line.places.clear();
  line.quoted_parts.clear();
  line.number = line_;
  in_quotes_ = false;
  line_ended_ = false;
  while (!line_ended_ && at_ < content_.size()) {
    const auto special = std::min(content_.find_first_of(special_bytes, at_), content_.size());
    append(line, content_.substr(at_, special - at_));
    if (special < content_.size()) take_special(line);
  }
  if (in_quotes_) {
    line.quoted_parts.push_back({quote_.offset, line.text.size()});
    fault(quote_.line, quote_.column, "the quote is not closed",
          "a '\"' closes it on the same line; a '\"' that is meant itself is written \\\" between quotes");
  }
  return true;
}

void LineReader::take_special(Line& line) {
  const char c = content_[at_];
  if (at_line_end()) {
    end_line();
  } else if (c == '\\') {
    take_backslash(line);
  } else if (c == '"') {
    take_quote(line);
  } else if ((c == '#' || c == ';') && !in_quotes_ && after_blank()) {
    skip_comment();
  } else {
    append(line, content_.substr(at_, 1));
  }
}

bool LineReader::at_line_end() const {
  return content_[at_] == '\n' || content_.substr(at_, 2) == "\r\n";
}

void LineReader::end_line() {
  at_ += content_[at_] == '\r' ? 2 : 1;
  ++line_;
  column_ = 1;
  line_ended_ = true;
}

void LineReader::skip_comment() {
  const auto end = content_.find('\n', at_);
  at_ = end == std::string_view::npos ? content_.size() : end;
  if (at_ < content_.size()) end_line();
}

void LineReader::take_backslash(Line& line) {
  const std::string_view after = content_.substr(at_ + 1);
  if (after.empty()) {
    fault(line_, column_, "a '\\' joins the next line, but the text ends here", "");
    advance(1);
  } else if (after.front() == '\n' || after.starts_with("\r\n")) {
    advance(1);
    end_line();
    line_ended_ = false;
  } else if (in_quotes_ && (after.front() == '"' || after.front() == '\\')) {
    advance(1);
    append(line, content_.substr(at_, 1));
  } else {
    append(line, content_.substr(at_, 1));
  }
}

void LineReader::take_quote(Line& line) {
  if (in_quotes_) {
    line.quoted_parts.push_back({quote_.offset, line.text.size()});
  } else {
    quote_ = {line.text.size(), line_, column_};
  }
  in_quotes_ = !in_quotes_;
  advance(1);
}

void LineReader::append(Line& line, std::string_view bytes) {
  if (bytes.empty()) return;
  const Place expected = place_of(line.places, line.text.size());
  if (line.places.empty() || expected.line != line_ || expected.column != column_) {
    line.places.push_back({line.text.size(), line_, column_});
  }
  line.text += bytes;
  advance(bytes.size());
}

void LineReader::advance(std::size_t bytes) {
  at_ += bytes;
  column_ += static_cast<int>(bytes);
}

bool LineReader::after_blank() const {
  return column_ == 1 || content_[at_ - 1] == ' ' || content_[at_ - 1] == '\t';
}

void LineReader::fault(int line, int column, std::string message, std::string hint) {
  faults_.push_back({{file_, line, column}, std::move(message), std::move(hint)});
}

std::string checked_utf8(std::string content, const std::string& file, std::vector<Fault>& faults) {
  if (base::is_utf8(content)) return content;
  constexpr int most_bad_lines = 20;
  int bad_lines = 0, number = 1;
  for (std::size_t first = 0; first < content.size(); ++number) {
    const auto last = std::min(content.find('\n', first), content.size());
    if (!base::is_utf8(std::string_view(content).substr(first, last - first))) {
      if (++bad_lines > most_bad_lines) {
        faults.push_back({{file, number, 0}, "too many such lines: this is no definition text", ""});
        return {};
      }
      const int column = replace_bad_bytes(content, first, last);
      faults.push_back({{file, number, column}, "a byte that is not UTF-8 text", "save the file as UTF-8"});
    }
    first = last + 1;
  }
  return content;
}

}  // namespace lucie::config
