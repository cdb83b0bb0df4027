#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"

/// The syntax tree of shell scripts, as shfmt (`shfmt -tojson`) makes it.
namespace lucie::metapackage {

using Json = nlohmann::json;

/// A shell text with its tree.
class ShellText {
 public:
  /// `dialect`: posix, bash or mksh. `origin`: where the text begins; with `spot` all of it is there (the
  /// text of an `eval`). A fault of the syntax is thrown as lucie::Error with its place.
  ShellText(std::string text, std::string dialect, Position origin, bool spot = false);

  const Json& tree() const { return tree_; }
  const std::string& dialect() const { return dialect_; }
  /// The place of a node of the tree in the file.
  Position position(const Json& node) const;
  /// The characters that a node's operator is written with: ">>", "&&". The tree has numbers, which another
  /// version of shfmt counts otherwise.
  std::string_view operator_at(const Json& node, const char* key = "OpPos") const;
  /// `==`, `=` or `!=` of a test.
  std::string_view word_operator_at(const Json& node) const;
  /// The text of a node.
  std::string_view source_of(const Json& node) const;
  /// The text from a node on, and behind it.
  std::string_view source_at(const Json& node) const;
  std::string_view behind(const Json& node) const;

 private:
  Position place(int line, int column) const;
  std::size_t offset(const Json& position) const;

  std::string text_, dialect_;
  Position origin_;
  bool spot_;
  Json tree_;
};

/// The member of an object, or null.
const Json& child(const Json& node, const char* key);
/// Text of a member; empty when there is none.
std::string text_at(const Json& node, const char* key);
/// The type of a node: "CallExpr", "Lit" …
std::string type_at(const Json& node);

}  // namespace lucie::metapackage
