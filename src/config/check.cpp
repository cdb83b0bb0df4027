#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/names.hpp"
#include "base/node_set.hpp"
#include "base/text.hpp"
#include "config/block.hpp"
#include "config/schema.hpp"
#include "config/value.hpp"

namespace lucie::config {
namespace {

/// Compares one block after another with the table.
class SchemaCheck {
 public:
  SchemaCheck(const std::vector<std::string>& types, std::vector<Fault>& faults)
      : types_(types), faults_(faults) {}

  void check(const Block& block) {
    if (std::ranges::find(types_, block.type) == types_.end()) return unknown_type(block);
    const TypeSchema& type = *find_type(block.type);
    std::map<std::string_view, const Attribute*> seen;
    for (const Attribute& attribute : block.attributes) {
      const AttributeSchema* schema = type.find(attribute.key);
      const auto [first, fresh] = seen.emplace(attribute.key, &attribute);
      if (!fresh && (schema == nullptr || schema->shape != Shape::repeated)) {
        repeated(attribute, *first->second);
      } else if (schema == nullptr) {
        free_attribute(type, attribute);
      } else {
        check_value(type, *schema, attribute);
      }
    }
    if (type.manifest) check_required(type, block);
  }

 private:
  void fault(const Position& where, std::string message, std::string hint = {}) {
    faults_.push_back({where, std::move(message), std::move(hint)});
  }

  void unknown_type(const Block& block) {
    const TypeSchema* elsewhere = find_type(block.type);
    if (elsewhere != nullptr) {
      fault(block.position, fmt::format("a block of type '{}' does not belong here", block.type),
            elsewhere->manifest ? "it stands in the lmp.conf of an LMP"
                                : "it stands in the cluster's definitions");
      return;
    }
    std::string hint = base::did_you_mean(block.type, types_);
    if (hint.empty()) hint = "known types: " + base::join(types_, ", ");
    fault(block.position, fmt::format("unknown type '{}'", block.type), hint);
  }

  void repeated(const Attribute& attribute, const Attribute& first) {
    fault(attribute.key_position, fmt::format("attribute '{}' stands twice in this block", attribute.key),
          fmt::format("it is given first in line {}", first.key_position.line));
  }

  /// An attribute that the table does not name.
  void free_attribute(const TypeSchema& type, const Attribute& attribute) {
    const bool custom = attribute.key.starts_with('_');
    const std::string_view name = custom ? std::string_view(attribute.key).substr(1) : attribute.key;
    if ((type.custom && custom) || type.open) {
      if (base::is_name(name)) return;
      fault(attribute.key_position, fmt::format("'{}' is no name for an attribute", attribute.key),
            fmt::format("it is {}", kind_syntax(Kind::name)));
      return;
    }
    const auto keys = type.keys();
    std::string hint = base::did_you_mean(attribute.key, keys);
    if (hint.empty() && type.custom)
      hint = fmt::format("an attribute of your own begins with '_': _{}", attribute.key);
    fault(attribute.key_position,
          fmt::format("unknown attribute '{}' in a block of type '{}'", attribute.key, type.type), hint);
  }

  void check_value(const TypeSchema& type, const AttributeSchema& schema, const Attribute& attribute) {
    if (attribute.value.empty() && !attribute.quoted) return;  // told by the reader of the text
    if (attribute.is_null()) return check_null(type, schema, attribute);
    if (schema.shape == Shape::list) {
      const auto items = attribute.items();
      if (items.empty())
        fault(attribute.value_position,
              fmt::format("attribute '{}': a list without anything in it", schema.key),
              "'null' takes an inherited list away");
      for (const Item& item : items) check_text(type, schema, attribute, item.text, item.position);
    } else {
      check_text(type, schema, attribute, attribute.value, attribute.value_position);
    }
  }

  void check_null(const TypeSchema& type, const AttributeSchema& schema, const Attribute& attribute) {
    if (!type.manifest && schema.key != type.identity && schema.key != type.template_name) return;
    fault(attribute.value_position,
          fmt::format("'null' takes an inherited value away; '{}' has none", schema.key),
          "write \"null\" in quotes if it is meant literally");
  }

  /// Values with brackets are checked when they run in step with the names of their block.
  void check_text(const TypeSchema& type, const AttributeSchema& schema, const Attribute& attribute,
                  const std::string& text, const Position& where) {
    const bool in_step = type.type == "host" || type.type == "interface";
    if (in_step && !attribute.quoted && base::has_range(text)) return;
    const std::string why = why_not(schema, text);
    if (why.empty()) return;
    std::string hint;
    if (schema.kind == Kind::choice) {
      hint = base::did_you_mean(text, std::vector<std::string>(schema.choices.begin(), schema.choices.end()));
    }
    fault(where, fmt::format("attribute '{}': {}", schema.key, why), hint);
  }

  void check_required(const TypeSchema& type, const Block& block) {
    for (const AttributeSchema& attribute : type.attributes) {
      if (!attribute.required || block.find(attribute.key) != nullptr) continue;
      fault(block.position, fmt::format("this block of type '{}' lacks '{}'", type.type, attribute.key),
            fmt::format("{}: {}", attribute.key, attribute.doc));
    }
  }

  const std::vector<std::string>& types_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_schema(const std::vector<Block>& blocks, const std::vector<std::string>& types,
                  std::vector<Fault>& faults) {
  SchemaCheck check(types, faults);
  for (const Block& block : blocks) check.check(block);
}

}  // namespace lucie::config
