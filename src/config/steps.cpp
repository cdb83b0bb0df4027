#include <fmt/format.h>

#include "base/node_set.hpp"
#include "base/text.hpp"
#include "config/reading.hpp"
#include "config/value.hpp"

namespace lucie::config {
namespace {

bool has_brackets(const Attribute& attribute) {
  return !attribute.quoted && base::has_range(attribute.value);
}

}  // namespace

std::string Steps::value(const Attribute& attribute, std::size_t index) {
  if (!has_brackets(attribute)) return attribute.value;
  const auto& values = expanded(attribute);
  return values.empty() ? "" : values[index];
}

std::vector<Item> Steps::items(const Attribute& attribute, std::size_t index) {
  if (!has_brackets(attribute)) return attribute.items();
  std::vector<Item> items;
  const auto& values = expanded(attribute);
  if (values.empty()) return items;
  for (std::string& text : base::split_list(values[index])) {
    items.push_back({std::move(text), attribute.value_position});
  }
  return items;
}

const std::vector<std::string>& Steps::expanded(const Attribute& attribute) {
  const auto [found, fresh] = expanded_.try_emplace(&attribute);
  if (fresh) found->second = expand(attribute);
  return found->second;
}

/// One value for each name, or none when the attribute is at fault.
std::vector<std::string> Steps::expand(const Attribute& attribute) {
  const AttributeSchema* schema = definition_.type().find(attribute.key);
  const bool list = schema != nullptr && schema->shape == Shape::list;
  try {
    const std::string_view text = std::string_view(attribute.value).substr(attribute.adds() && list ? 1 : 0);
    if (list && names_.size() == 1) {
      const std::vector<std::string> whole = {base::join(base::expand_node_set(text), ",")};
      return all_valid(attribute, whole) ? whole : std::vector<std::string>();
    }
    std::vector<std::string> values = base::expand_range(text);
    if (values.size() == names_.size())
      return all_valid(attribute, values) ? values : std::vector<std::string>();
    reading_.fault(
        attribute.value_position,
        fmt::format("attribute '{}' has {} values for {} name{}", attribute.key, values.size(), names_.size(),
                    names_.size() == 1 ? "" : "s"),
        "a value with brackets runs in step with the names of its block; quotes make brackets literal");
  } catch (const Error& error) {
    reading_.fault(attribute.value_position, fmt::format("attribute '{}': {}", attribute.key, error.what()));
  }
  return {};
}

/// What check_schema could not check, because it did not know the values.
bool Steps::all_valid(const Attribute& attribute, const std::vector<std::string>& values) {
  const AttributeSchema* schema = definition_.type().find(attribute.key);
  if (schema == nullptr) return true;
  for (const std::string& value : values) {
    const auto texts =
        schema->shape == Shape::list ? base::split_list(value) : std::vector<std::string>{value};
    for (const std::string& text : texts) {
      const std::string why = why_not(*schema, text);
      if (why.empty()) continue;
      reading_.fault(attribute.value_position, fmt::format("attribute '{}': {}", attribute.key, why));
      return false;
    }
  }
  return true;
}

}  // namespace lucie::config
