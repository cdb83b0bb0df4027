#include "universe/remembered.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace lucie::universe {
namespace {

using nlohmann::json;

json reasons_to_json(const std::vector<Reason>& reasons) {
  json array = json::array();
  for (const Reason& reason : reasons) {
    array.push_back(
        {static_cast<int>(reason.kind), reason.package, reason.dependency, reason.other, reason.text});
  }
  return array;
}

std::vector<Reason> reasons_from_json(const json& array) {
  std::vector<Reason> reasons;
  for (const json& one : array) {
    reasons.push_back(
        {static_cast<Reason::Kind>(one.at(0).get<int>()), one.at(1), one.at(2), one.at(3), one.at(4)});
  }
  return reasons;
}

/// CBOR (RFC 8949): texts need not be UTF-8.
std::string to_bytes(const json& value) {
  std::string bytes;
  json::to_cbor(value, bytes);
  return bytes;
}

}  // namespace

std::string question(const std::string& kind, const std::vector<std::string>& words) {
  std::string key = kind;
  for (const std::string& word : words) key += "\n" + word;
  return key;
}

std::string question(const std::vector<WantedList>& lists) {
  base::Sha256 digest;
  for (const WantedList& list : lists) {
    digest.add(std::to_string(list.owner) + " " + std::to_string(list.choice) + "\n");
    for (const std::string& name : list.names) digest.add(name + "\n");
    digest.add("\n");
  }
  return "pairs\n" + digest.finish_hex();
}

std::string packed_names(const std::vector<std::string>& names) {
  return base::join(names, "\n");
}

std::vector<std::string> unpacked_names(std::string_view text) {
  if (text.empty()) return {};
  return base::split(text, '\n');
}

std::string packed_owners(const Owners& owners) {
  return (owners.always ? "+" : "-") + packed_names(owners.packages);
}

Owners unpacked_owners(std::string_view text) {
  return {text.starts_with('+'), unpacked_names(text.substr(1))};
}

std::string packed_closure(const Closure& closure) {
  std::vector<std::string> names;
  for (const std::string& name : closure.names) names.push_back(name);
  return to_bytes({closure.installable, packed_names(names), packed_names(closure.excluded),
                   reasons_to_json(closure.reasons)});
}

PackedClosure unpacked_closure(const std::string& bytes) {
  const json value = json::from_cbor(bytes);
  return {value.at(0), unpacked_names(value.at(1).get_ref<const std::string&>()),
          unpacked_names(value.at(2).get_ref<const std::string&>()), reasons_from_json(value.at(3))};
}

std::string packed_pairs(const ComparedPairs& pairs) {
  json exclusive = json::array();
  for (const ExclusivePair& pair : pairs.exclusive)
    exclusive.push_back({pair.left, pair.right, reasons_to_json(pair.reasons)});
  json contested = json::array();
  for (const auto& [left, right] : pairs.contested) contested.push_back(json::array({left, right}));
  return to_bytes(json::array({exclusive, contested}));
}

ComparedPairs unpacked_pairs(const std::string& bytes) {
  const json value = json::from_cbor(bytes);
  ComparedPairs pairs;
  for (const json& one : value.at(0))
    pairs.exclusive.push_back({one.at(0), one.at(1), reasons_from_json(one.at(2))});
  for (const json& one : value.at(1)) pairs.contested.emplace_back(one.at(0), one.at(1));
  return pairs;
}

}  // namespace lucie::universe
