#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/files.hpp"
#include "base/names.hpp"
#include "config/block.hpp"
#include "config/include.hpp"
#include "config/lines.hpp"

namespace lucie::config {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_bytes = 256U << 20;
constexpr int deepest_include = 32;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

class TextReader {
 public:
  explicit TextReader(Includes includes) : includes_(includes) {}

  void read(std::string content, const std::string& file, int depth = 0);
  void remember(const fs::path& file) { read_files_.insert(identity(file)); }
  Text take() { return std::move(text_); }

 private:
  /// What is known about the file being read; `include` begins another one.
  struct State {
    std::string file;
    int depth = 0;
    bool in_block = false, skipping = false, told_outside = false, brace_missing = false;
    Block block;
  };

  static std::string identity(const fs::path& file) {
    std::error_code error;
    const fs::path canonical = fs::canonical(file, error);
    return (error ? file.lexically_normal() : canonical).string();
  }

  void statement(const Line& line);
  void begin_block(const Line& line);
  void finish_block();
  void close(const Line& line);
  void attribute(const Line& line);
  void outside(const Line& line);
  void include(const Line& line);
  void include_file(const fs::path& file, const Position& where);
  Attribute attribute_of(const Line& line, std::size_t key_end) const;
  void check_value(const Attribute& attribute);
  Position position(const Line& line, std::size_t offset) const {
    const Place place = place_of(line.places, offset);
    return {state_.file, place.line, place.column};
  }
  void fault(Position where, std::string message, std::string hint = {}) {
    text_.faults.push_back({std::move(where), std::move(message), std::move(hint)});
  }

  const Includes includes_;
  Text text_;
  State state_;
  std::set<std::string> read_files_;
};

void TextReader::read(std::string content, const std::string& file, int depth) {
  State outer = std::move(state_);
  state_ = {.file = file, .depth = depth};
  content = checked_utf8(std::move(content), file, text_.faults);
  LineReader lines(content, file, text_.faults);
  for (Line line; lines.next(line);) statement(line);
  if (state_.in_block) {
    fault(state_.block.position, fmt::format("this block of type '{}' is not closed", state_.block.type),
          "a '}' on a line of its own closes it");
    finish_block();
  }
  state_ = std::move(outer);
}

void TextReader::statement(const Line& line) {
  const std::string_view text = base::trim(line.text);
  if (text.empty() && line.quoted_parts.empty()) return;
  const std::string_view word = text.substr(0, text.find_first_of(" \t{"));
  const bool plain =
      !text.empty() && !line.quoted_at(static_cast<std::size_t>(text.data() - line.text.data()));
  if (plain && word == "define") {
    begin_block(line);
  } else if (plain && text.starts_with('}')) {
    close(line);
  } else if (plain && word == "include") {
    include(line);
  } else if (state_.in_block) {
    attribute(line);
  } else if (!state_.skipping) {
    outside(line);
  }
}

void TextReader::begin_block(const Line& line) {
  const auto define = line.text.find("define");
  if (state_.in_block) {
    fault(position(line, define), "a block begins inside another one",
          fmt::format("the block begun in line {} lacks its '}}'", state_.block.position.line));
    finish_block();
  }
  state_.told_outside = state_.skipping = false;
  const auto brace = line.text.find('{', define);
  const std::size_t type_end = std::min(brace, line.text.size());
  const std::string_view words =
      base::trim(std::string_view(line.text).substr(define + 6, type_end - define - 6));
  const std::string_view type = words.substr(0, words.find_first_of(" \t"));
  const std::size_t type_at =
      words.empty() ? define : static_cast<std::size_t>(words.data() - line.text.data());
  if (type.empty()) fault(position(line, define), "'define' without a type", "as in 'define host{'");
  if (type.size() < words.size()) {
    fault(position(line, type_at), fmt::format("one word is the type, not '{}'", words));
  }
  state_.in_block = true;
  state_.brace_missing = brace == std::string::npos;
  state_.block = {std::string(type), {}, position(line, type_at)};
  if (state_.brace_missing) {
    fault(position(line, type_at + type.size()), "'{' is missing at the end of the line");
    return;
  }
  const std::string_view rest = base::trim(std::string_view(line.text).substr(brace + 1));
  if (rest.empty()) return;
  fault(position(line, static_cast<std::size_t>(rest.data() - line.text.data())),
        "nothing but a comment follows '{'", "each attribute and the '}' have a line of their own");
  if (rest.ends_with('}')) state_.in_block = false;
}

void TextReader::finish_block() {
  if (!state_.block.type.empty()) text_.blocks.push_back(std::move(state_.block));
  state_.block = {};
  state_.in_block = false;
}

void TextReader::close(const Line& line) {
  const auto brace = line.text.find('}');
  if (base::trim(line.text) != "}") {
    fault(position(line, brace), "'}' stands alone on its line");
  } else if (!state_.in_block && !state_.skipping && !state_.told_outside) {
    fault(position(line, brace), "'}' without a block");
  }
  if (state_.in_block) finish_block();
  state_.skipping = state_.told_outside = false;
}

/// Words outside blocks. One fault for lines that follow each other; a misspelt `define` is skipped whole.
void TextReader::outside(const Line& line) {
  const auto first = line.text.find_first_not_of(" \t");
  const std::size_t at = first == std::string::npos ? 0 : first;
  const std::string word = line.text.substr(at, line.text.find_first_of(" \t{", at) - at);
  state_.skipping = base::trim(line.text).ends_with('{');
  if (state_.told_outside && !state_.skipping) return;
  state_.told_outside = true;
  const std::vector<std::string> known = {"define", "include"};
  std::string hint = base::did_you_mean(word, known);
  if (hint.empty()) hint = "a block begins with 'define TYPE{'";
  fault(position(line, at), fmt::format("'{}' stands outside any block", word), hint);
}

Attribute TextReader::attribute_of(const Line& line, std::size_t key_end) const {
  const std::string& text = line.text;
  std::size_t first = key_end, last = text.size();
  while (first < last && is_blank(text[first]) && !line.quoted_at(first)) ++first;
  while (last > first && is_blank(text[last - 1]) && !line.quoted_at(last - 1)) --last;
  Attribute attribute;
  attribute.value = text.substr(first, last - first);
  attribute.value_position = position(line, first);
  for (const QuotedPart& part : line.quoted_parts) {
    if (part.first < first) continue;
    attribute.quoted_parts.push_back({part.first - first, part.last - first});
    attribute.quoted = attribute.quoted || (part.first == first && part.last == last);
  }
  if (line.places.size() > 1) {
    attribute.places.push_back(place_of(line.places, first));
    attribute.places.back().offset = 0;
    for (const Place& place : line.places) {
      if (place.offset > first && place.offset < last) {
        attribute.places.push_back({place.offset - first, place.line, place.column});
      }
    }
  }
  return attribute;
}

void TextReader::attribute(const Line& line) {
  const auto first = std::min(line.text.find_first_not_of(" \t"), line.text.size());
  const auto key_end = std::min(line.text.find_first_of(" \t", first), line.text.size());
  if (state_.brace_missing && base::trim(line.text) == "{") return;
  const bool quoted_key =
      std::any_of(line.quoted_parts.begin(), line.quoted_parts.end(),
                  [&](const QuotedPart& part) { return part.first <= first || part.first < key_end; });
  if (quoted_key) {
    fault(position(line, first), "an attribute's name is not quoted, and a blank parts it from its value");
    return;
  }
  Attribute attribute = attribute_of(line, key_end);
  attribute.key = line.text.substr(first, key_end - first);
  attribute.key_position = position(line, first);
  check_value(attribute);
  state_.block.attributes.push_back(std::move(attribute));
}

void TextReader::check_value(const Attribute& attribute) {
  if (attribute.value.empty() && attribute.quoted_parts.empty()) {
    fault(attribute.key_position, fmt::format("attribute '{}' has no value", attribute.key),
          "leave the line out, or write \"\" for an empty text");
  }
  for (std::size_t at = 0; at < attribute.value.size(); ++at) {
    const auto c = static_cast<unsigned char>(attribute.value[at]);
    if ((c >= 0x20 && c != 0x7F) || c == '\t') continue;
    fault(attribute.at(at), fmt::format("a control character (0x{:02x}) in a value", c));
    return;
  }
}

void TextReader::include(const Line& line) {
  const auto word = line.text.find("include");
  const Attribute pattern = attribute_of(line, word + 7);
  if (state_.in_block) {
    fault(position(line, word), "'include' stands outside blocks",
          fmt::format("the block begun in line {} is not closed before it", state_.block.position.line));
    return;
  }
  state_.told_outside = false;
  if (includes_ == Includes::refused) {
    fault(position(line, word), "'include' does not stand here", "an LMP's manifest is one file");
    return;
  }
  if (pattern.value.empty()) {
    fault(position(line, word), "'include' without a file name");
    return;
  }
  const fs::path folder = fs::path(state_.file).parent_path();
  if (!is_pattern(pattern.value)) {
    include_file(folder / pattern.value, pattern.value_position);
    return;
  }
  for (const fs::path& file : matching_files(folder, pattern.value)) {
    if (!read_files_.contains(identity(file))) include_file(file, pattern.value_position);
  }
}

void TextReader::include_file(const fs::path& file, const Position& where) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    const bool there = fs::exists(file, error);
    fault(where, fmt::format("'{}' {}", file.string(), there ? "is no plain file" : "does not exist"));
  } else if (state_.depth >= deepest_include) {
    fault(where, fmt::format("files include each other more than {} deep", deepest_include));
  } else if (!read_files_.insert(identity(file)).second) {
    fault(where, fmt::format("'{}' is included a second time", file.string()),
          "a file is read once, and no file includes itself");
  } else {
    try {
      read(base::read_file(file, most_bytes), file.string(), state_.depth + 1);
    } catch (const EnvironmentError& problem) {
      fault(where, problem.what());
    }
  }
}

}  // namespace

Text read_text(const fs::path& file, Includes includes) {
  TextReader reader(includes);
  reader.remember(file);
  reader.read(base::read_file(file, most_bytes), file.string());
  return reader.take();
}

Text parse_text(std::string_view content, const std::string& name, Includes includes) {
  TextReader reader(includes);
  reader.remember(name);
  reader.read(std::string(content), name);
  return reader.take();
}

}  // namespace lucie::config
