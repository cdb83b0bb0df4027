#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/cluster.hpp"

/// The names that templates know and what they mean (lmp.conf(5), TEMPLATES).
namespace lucie::metapackage {

/// What a name stands for: text, a host, a host group, a network interface, or a list of one of these.
struct TemplateType {
  enum class Kind { text, host, group, interface };
  Kind kind = Kind::text;
  bool list = false;
};

struct TemplateValue {
  TemplateType type;
  std::string text;
  const config::Host* host = nullptr;
  const config::HostGroup* group = nullptr;
  const config::Interface* interface = nullptr;
  std::vector<TemplateValue> items;  ///< of a list

  /// As it is written into a file: a host, group or interface by its name, a list with ", " between.
  std::string as_text() const;
  /// False for an empty text or list and for "no", "0" and "false".
  bool truth() const;
};

/// Whose file it is.
struct TemplateScope {
  const config::Cluster& cluster;
  const config::Host& host;
  std::map<std::string, std::string> answers;
};

using TypedVariables = std::map<std::string, TemplateType>;
using Variables = std::map<std::string, TemplateValue>;

/// True when the name's first part is something that a template can ask ("host", a loop's variable), so that
/// the word is a name and not a plain text.
bool names_scope(const std::string& name, const TypedVariables& variables);
bool names_scope(const std::string& name, const Variables& variables);

/// The type of a name, found without any cluster. Throws lucie::Error (no position, with a hint) for a name
/// that no cluster can have. `answers`: names of the LMP's questions.
TemplateType type_of(const std::string& name, const TypedVariables& variables,
                     const std::vector<std::string>& answers);

/// The value for one host. Throws lucie::Error for what this host lacks (a custom attribute, its only group).
TemplateValue value_of(const std::string& name, const Variables& variables, const TemplateScope& scope);

}  // namespace lucie::metapackage
