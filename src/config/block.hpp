#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace lucie::config {

/// `KEY VALUE` as it stands in a block, quotes and escapes removed, continued lines joined.
struct Attribute {
  std::string key;
  std::string value;
  Position key_position;
  Position value_position;
  bool quoted = false;  ///< the whole value was in quotes, so a `null` or a leading `+` is meant literally
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

/// Reads definition text: syntax only. Faults are collected; a wrong block does not hide the next one.
Text read_text(const std::filesystem::path& file);
/// The same for text at hand; `name` stands in positions, `include` is relative to its folder.
Text parse_text(std::string_view content, const std::string& name);

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
