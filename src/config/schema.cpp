#include "config/schema.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "config/block.hpp"
#include "config/schema_table.hpp"

namespace lucie::config {
namespace {

/// Every type of cluster files has the attributes of templates.
std::vector<TypeSchema> make_schema() {
  std::vector<TypeSchema> types = cluster_schema();
  for (TypeSchema& type : types) {
    type.attributes.push_back({type.template_name, Kind::name, Shape::scalar, "Names a template, for 'use'"});
    type.attributes.push_back({"use", Kind::name, Shape::list,
                               "Templates that are inherited; the first that has an attribute wins"});
    type.attributes.push_back(
        {"register", Kind::boolean, Shape::scalar, "With 0 the block is a template only", "1"});
  }
  std::ranges::move(manifest_schema(), std::back_inserter(types));
  return types;
}

std::vector<std::string> type_names(bool manifest) {
  std::vector<std::string> names;
  for (const TypeSchema& type : schema()) {
    if (type.manifest == manifest) names.emplace_back(type.type);
  }
  return names;
}

}  // namespace

const AttributeSchema* TypeSchema::find(std::string_view key) const {
  const auto found = std::ranges::find(attributes, key, &AttributeSchema::key);
  return found == attributes.end() ? nullptr : &*found;
}

std::vector<std::string> TypeSchema::keys() const {
  std::vector<std::string> keys;
  for (const AttributeSchema& attribute : attributes) keys.emplace_back(attribute.key);
  return keys;
}

std::span<const TypeSchema> schema() {
  static const std::vector<TypeSchema> types = make_schema();
  return types;
}

const TypeSchema* find_type(std::string_view type) {
  const auto types = schema();
  const auto found = std::ranges::find(types, type, &TypeSchema::type);
  return found == types.end() ? nullptr : &*found;
}

std::vector<std::string> cluster_types() {
  return type_names(false);
}

std::vector<std::string> manifest_types() {
  std::vector<std::string> names = type_names(true);
  names.emplace_back("package_server");  // an LMP may bring the server that its packages come from
  return names;
}

std::string print_schema() {
  constexpr std::string_view shapes[] = {"one", "list", "repeats"};
  std::string text;
  for (const TypeSchema& type : schema()) {
    for (const AttributeSchema& attribute : type.attributes) {
      const std::string syntax = attribute.choices.empty()
                                     ? kind_syntax(attribute.kind)
                                     : fmt::format("{}", fmt::join(attribute.choices, ", "));
      text +=
          fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", type.type, attribute.key,
                      shapes[static_cast<int>(attribute.shape)], syntax, attribute.standard, attribute.doc);
    }
  }
  return text;
}

}  // namespace lucie::config
