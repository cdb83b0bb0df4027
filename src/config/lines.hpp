#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/block.hpp"

namespace lucie::config {

/// One logical line of definition text: continued lines joined, the comment and the quotes taken away.
struct Line {
  std::string text;
  std::vector<Place> places;             ///< never empty unless `text` is
  std::vector<QuotedPart> quoted_parts;  ///< of `text`
  int number = 0;                        ///< of its first physical line

  bool quoted_at(std::size_t offset) const;
};

/// Whether a byte stood between quotes; `parts` are in order.
bool is_quoted(const std::vector<QuotedPart>& parts, std::size_t offset);

/// The place of a byte according to `places`, which are in order.
Place place_of(const std::vector<Place>& places, std::size_t offset);

/// Cuts text into logical lines. Faults (a quote that is not closed, a `\` before the end) are appended.
class LineReader {
 public:
  LineReader(std::string_view content, std::string file, std::vector<Fault>& faults);

  /// The next line; false at the end of the text.
  bool next(Line& line);

 private:
  bool at_line_end() const;
  void end_line();
  void skip_comment();
  void take_special(Line& line);
  void take_backslash(Line& line);
  void take_quote(Line& line);
  void append(Line& line, std::string_view bytes);
  void advance(std::size_t bytes);
  bool after_blank() const;
  void fault(int line, int column, std::string message, std::string hint);

  std::string_view content_;
  std::string file_;
  std::vector<Fault>& faults_;
  std::size_t at_ = 0;
  int line_ = 1, column_ = 1;
  bool in_quotes_ = false, line_ended_ = false;
  Place quote_{};  ///< of the opening quote; its offset is that of the quoted bytes
};

/// Puts `?` in place of bytes that are no UTF-8 (and of NUL) and appends a fault for each such line. Text
/// with many of them is something else than text: one fault, and what is left is empty.
std::string checked_utf8(std::string content, const std::string& file, std::vector<Fault>& faults);

}  // namespace lucie::config
