#include "dolly/attributes_json.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "wire/whole_number.hpp"

namespace lucie::dolly {

using nlohmann::json;
using wire::whole_number;

json json_of_bytes(const std::string& bytes) {
  if (base::is_utf8(bytes)) return bytes;
  return {{"hex", base::to_hex(bytes)}};
}

std::string bytes_of_json(const json& record) {
  return record.is_object() ? base::from_hex(record.at("hex").get<std::string>()) : record.get<std::string>();
}

json to_json(const Attributes& attributes) {
  json record = {
      {"owner", attributes.owner}, {"group", attributes.group}, {"changed_ns", attributes.changed}};
  for (const auto& [name, value] : attributes.extended) record["extended"][name] = json_of_bytes(value);
  return record;
}

Attributes attributes_from_json(const json& record) {
  Attributes attributes{whole_number<std::uint32_t>(record.at("owner")),
                        whole_number<std::uint32_t>(record.at("group")),
                        whole_number<std::int64_t>(record.at("changed_ns")),
                        {}};
  if (!record.contains("extended")) return attributes;
  for (const auto& [name, value] : record.at("extended").items())
    attributes.extended[name] = bytes_of_json(value);
  return attributes;
}

}  // namespace lucie::dolly
