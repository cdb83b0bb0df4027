#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace lucie::config {

/// From byte `offset` of a value on, its bytes stand in the text at this line and column, one after another.
struct Place {
  std::size_t offset = 0;
  int line = 0, column = 0;
};

/// Bytes `first` to `last` (exclusive) of a value that stood between quotes.
struct QuotedPart {
  std::size_t first = 0, last = 0;
};

/// One item of a list value.
struct Item {
  std::string text;
  Position position;
};

/// `KEY VALUE` as it stands in a block, quotes and escapes removed, continued lines joined.
struct Attribute {
  std::string key;
  std::string value;
  Position key_position;
  Position value_position;
  bool quoted = false;  ///< the whole value was in quotes: `null`, a leading `+` and brackets are literal
  std::vector<Place> places;             ///< empty: the value stands in one piece at `value_position`
  std::vector<QuotedPart> quoted_parts;  ///< of `value`

  /// The value is `null`: it takes an inherited value away.
  bool is_null() const;
  /// The value begins with `+`: its items are added to the inherited ones.
  bool adds() const;
  /// The items between commas (not those in quotes or brackets), trimmed, without empty ones and without the
  /// leading `+`.
  std::vector<Item> items() const;
  /// Where byte `offset` of the value stands in the text.
  Position at(std::size_t offset) const;
};

/// `define TYPE{ … }` as it stands in the text: nothing inherited, nothing expanded.
struct Block {
  std::string type;
  std::vector<Attribute> attributes;
  Position position;  ///< of the type's name

  /// The first attribute of that key, or null.
  const Attribute* find(std::string_view key) const;
  /// All attributes of that key, in order (for keys that repeat).
  std::vector<const Attribute*> find_all(std::string_view key) const;
};

/// Blocks of a file and of the files that it includes, in reading order, with the faults of the text.
struct Text {
  std::vector<Block> blocks;
  std::vector<Fault> faults;
};

/// Whether a text may name other files of this machine. Who wrote the definitions may; an LMP comes from
/// others.
enum class Includes { followed, refused };

/// Reads definition text: syntax only. Faults are collected; a wrong block does not hide the next one.
Text read_text(const std::filesystem::path& file, Includes includes = Includes::followed);
/// The same for text at hand; `name` stands in positions, `include` is relative to its folder.
Text parse_text(std::string_view content, const std::string& name, Includes includes = Includes::followed);

/// Compares blocks with the schema (types, attributes, kinds of value, repetition) and appends what is wrong,
/// with the nearest known name as a hint. `types`: the block types allowed here (cluster files or LMP
/// manifests).
void check_schema(const std::vector<Block>& blocks, const std::vector<std::string>& types,
                  std::vector<Fault>& faults);

/// The block types of cluster files (`host` … `lab`, `answers`) and of an LMP's manifest (`lmp`,
/// `package_list`, `file`).
std::vector<std::string> cluster_types();
std::vector<std::string> manifest_types();

}  // namespace lucie::config
