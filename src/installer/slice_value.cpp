#include "installer/slice_value.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::vector<std::string> slice_value(const std::string& slice_json, const std::string& key) {
  const Json slice = Json::parse(slice_json, nullptr, false);
  if (slice.is_discarded()) throw Error("the slice is no JSON");
  const Json* value = &slice;
  for (const std::string& name : base::split(key, '/')) {
    if (!value->is_object() || !value->contains(name))
      throw Error(fmt::format("the slice has no value '{}'", key));
    value = &value->at(name);
  }
  std::vector<std::string> found;
  if (value->is_object()) {
    for (const auto& [name, ignored] : value->items()) found.push_back(name);
  } else if (value->is_array()) {
    for (const Json& element : *value) found.push_back(text_of(element));
  } else {
    found.push_back(text_of(*value));
  }
  return found;
}

}  // namespace lucie::installer
