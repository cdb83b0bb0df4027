#include "config/reading.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/node_set.hpp"
#include "config/value.hpp"

namespace lucie::config {

void Reading::fault(const Position& where, std::string message, std::string hint) {
  result.faults.push_back({where, std::move(message), std::move(hint)});
}

void Reading::warning(const Position& where, std::string message, std::string hint) {
  result.warnings.push_back({where, std::move(message), std::move(hint)});
}

void Reading::shared_fault(const void* about, const std::string& kind, const Position& where,
                           std::string message, std::string hint) {
  const auto [first, fresh] = shared_index_.try_emplace({about, kind}, shared_.size());
  if (fresh) {
    shared_.push_back({{where, std::move(message), std::move(hint)}});
  } else {
    ++shared_[first->second].more;
  }
}

void Reading::finish() {
  for (Shared& shared : shared_) {
    if (shared.more > 0) shared.fault.message += fmt::format(" (and {} more like it)", shared.more);
    result.faults.push_back(std::move(shared.fault));
  }
  shared_.clear();
}

std::string Reading::did_you_mean(const std::string& name, const NameIndex& known) {
  if (known.size() > names_to_compare_) return {};
  names_to_compare_ -= known.size();
  std::vector<std::string> names;
  for (const auto& [each, entry] : known) names.push_back(each);
  std::sort(names.begin(), names.end());
  return base::did_you_mean(name, names);
}

void Reading::check_reference(const Attribute& attribute, const Item& item, const std::string& what,
                              const NameIndex& known, const std::string& otherwise) {
  if (item.text.empty() || known.contains(item.text)) return;
  if (!told_references_.emplace(&attribute, item.text).second) return;
  const std::string meant = did_you_mean(item.text, known);
  fault(item.position, fmt::format("unknown {} '{}'", what, item.text), meant.empty() ? otherwise : meant);
}

void Reading::unknown_names(const Item& item, const std::vector<std::string>& unknown, bool groups_too) {
  constexpr std::size_t most_shown = 1000;
  if (unknown.size() > 1) {
    const auto end = unknown.begin() + static_cast<std::ptrdiff_t>(std::min(unknown.size(), most_shown));
    fault(item.position,
          fmt::format("of '{}', {} names are {}: {}{}", item.text, unknown.size(),
                      groups_too ? "neither hosts nor host groups" : "no hosts",
                      base::fold_node_set({unknown.begin(), end}), end == unknown.end() ? "" : ", ..."));
    return;
  }
  if (!base::is_name(unknown.front())) return;  // told by check_schema
  std::string hint = did_you_mean(unknown.front(), host_index);
  if (hint.empty() && groups_too) hint = did_you_mean(unknown.front(), group_index);
  fault(
      item.position,
      fmt::format("'{}' is {}", unknown.front(), groups_too ? "neither a host nor a host group" : "no host"),
      hint);
}

bool Reading::has_required(const Definition& definition) {
  bool complete = true;
  for (const AttributeSchema& attribute : definition.type().attributes) {
    if (!attribute.required || definition.find(attribute.key) != nullptr) continue;
    const Attribute* identity = definition.identity();
    if (identity != nullptr && identity->key == attribute.key) continue;  // `null`, told by check_schema
    fault(definition.position(),
          identity == nullptr
              ? fmt::format("this block of type '{}' lacks '{}'", definition.type().type, attribute.key)
              : fmt::format("{} '{}' lacks '{}'", definition.type().type, identity->value, attribute.key),
          fmt::format("{}: {}", attribute.key, attribute.doc));
    complete = false;
  }
  return complete;
}

bool Reading::enter(NameIndex& index, const std::string& name, std::size_t number,
                    const Definition& definition) {
  const Position where = definition.position();
  const auto [first, fresh] = index.try_emplace(name, NameEntry{number, where});
  if (fresh) return true;
  const Position& other = first->second.position;
  shared_fault(&definition.block(), "again", where,
               fmt::format("{} '{}' is defined a second time", definition.type().type, name),
               fmt::format("it is defined first at {}:{}", other.file, other.line));
  return false;
}

std::string Reading::text(const Definition& definition, std::string_view key,
                          const std::string& standard) const {
  const Attribute* attribute = definition.find(key);
  return attribute == nullptr ? standard : attribute->value;
}

bool Reading::boolean(const Definition& definition, std::string_view key, bool standard) const {
  return parse_boolean(text(definition, key)).value_or(standard);
}

int Reading::number(const Definition& definition, std::string_view key, int standard) const {
  return parse_number(text(definition, key)).value_or(standard);
}

std::vector<std::string> Reading::hosts_or_all(const Definition& definition, std::string_view key) {
  if (definition.list(key).said) return hosts(definition, key);
  std::vector<std::string> names;
  for (const Host& host : cluster.hosts) names.push_back(host.name);
  return names;
}

std::vector<Item> Reading::items(const Definition& definition, std::string_view key) const {
  std::vector<Item> all;
  for (const Attribute* part : definition.list(key).parts) {
    std::ranges::move(part->items(), std::back_inserter(all));
  }
  return all;
}

std::vector<std::string> Reading::words(const Definition& definition, std::string_view key) const {
  std::vector<std::string> all;
  for (Item& item : items(definition, key)) all.push_back(std::move(item.text));
  return all;
}

}  // namespace lucie::config
