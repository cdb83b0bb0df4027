#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"

/// The text of debconf's templates (debconf-devel(7), THE TEMPLATES FILE), whatever they are about.
namespace lucie::metapackage {

/// One `Field: value` with its continued lines, which debconf takes as a text of its own: paragraphs with
/// "\n\n" between them; lines that begin with a further blank are kept as they stand, each after a "\n".
struct TemplateField {
  std::string name, value, extended;
  int line = 0;
};

/// The fields of one template, in their order.
using TemplateStanza = std::vector<TemplateField>;

/// The stanzas of a text. Appends what debconf would not read: lines that are no field, a field twice,
/// control characters. `file` stands in positions.
std::vector<TemplateStanza> parse_templates(const std::string& text, const std::string& file,
                                            std::vector<Fault>& faults);

/// The first field of that name, or null.
const TemplateField* find_field(const TemplateStanza& stanza, std::string_view name);

/// As debconf keeps them: by name in small letters, the continued lines of NAME as "extended_name".
std::map<std::string, std::string> template_fields(const TemplateStanza& stanza);

/// "a, b\, c" as "a" and "b, c": `\` before a comma or a blank makes it a part of the choice.
std::vector<std::string> split_choices(const std::string& text);
/// The other way round.
std::string join_choices(const std::vector<std::string>& choices);

}  // namespace lucie::metapackage
