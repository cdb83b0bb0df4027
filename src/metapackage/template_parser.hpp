#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "metapackage/template.hpp"

/// The inner form of a template; only template*.cpp includes this.
namespace lucie::metapackage {

/// A name or a plain text in a comparison.
struct TemplateOperand {
  std::string text;
  bool quoted = false;  ///< certainly a plain text
  Position position;
};

struct Template::Node {
  enum class Kind { sequence, text, value, loop, condition };
  Kind kind = Kind::sequence;
  std::string text;        ///< of a text; the variable of a loop
  TemplateOperand left;    ///< the name of a value, loop or condition
  std::string comparison;  ///< "", "==" or "!="
  TemplateOperand right;   ///< of a comparison
  std::vector<Node> body, otherwise;
  Position position;
};

/// Parses the text. What is wrong is appended to `faults`.
Template::Node parse_template(std::string_view text, const std::string& file, std::vector<Fault>& faults);

}  // namespace lucie::metapackage
