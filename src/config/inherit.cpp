#include "config/inherit.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "config/value.hpp"

namespace lucie::config {
namespace {

constexpr std::size_t longest_chain = 200;

bool is_registered(const Block& block) {
  const Attribute* attribute = block.find("register");
  return attribute == nullptr || parse_boolean(attribute->value).value_or(true);
}

/// "cnode00" of the block, or its type where it has no name: for messages.
std::string described(const Block& block, const TypeSchema& type) {
  for (const std::string_view key : {type.identity, type.template_name}) {
    const Attribute* attribute = key.empty() ? nullptr : block.find(key);
    if (attribute != nullptr) return fmt::format("{} '{}'", block.type, attribute->value);
  }
  return fmt::format("this block of type '{}'", block.type);
}

/// Attributes of the block itself, which nobody inherits.
bool is_own(const TypeSchema& type, std::string_view key) {
  return key == type.identity || key == type.template_name || key == "use" || key == "register";
}

}  // namespace

const Attribute* Definition::identity() const {
  return type_->identity.empty() ? nullptr : block().find(type_->identity);
}

Position Definition::position() const {
  const Attribute* name = identity();
  return name == nullptr ? block().position : name->value_position;
}

const Attribute* Definition::said(std::string_view key) const {
  if (is_own(*type_, key)) return block().find(key);
  for (const Block* each : chain_) {
    if (const Attribute* attribute = each->find(key)) return attribute;
  }
  return nullptr;
}

const Attribute* Definition::find(std::string_view key) const {
  const Attribute* attribute = said(key);
  return attribute == nullptr || attribute->is_null() ? nullptr : attribute;
}

ListSetting Definition::list(std::string_view key) const {
  ListSetting setting;
  for (const Block* each : chain_) {
    const Attribute* attribute = each->find(key);
    if (attribute == nullptr) continue;
    setting.said = true;
    if (!attribute->is_null()) setting.parts.insert(setting.parts.begin(), attribute);
    setting.open = !attribute->is_null() && attribute->adds();
    if (!setting.open) break;
  }
  return setting;
}

std::vector<const Attribute*> Definition::repeated(std::string_view key) const {
  for (const Block* each : chain_) {
    auto attributes = each->find_all(key);
    if (attributes.empty()) continue;
    std::erase_if(attributes, [](const Attribute* attribute) { return attribute->is_null(); });
    return attributes;
  }
  return {};
}

std::set<std::string> Definition::free_keys() const {
  std::set<std::string> keys;
  for (const Block* each : chain_) {
    for (const Attribute& attribute : each->attributes) {
      if (type_->find(attribute.key) == nullptr) keys.insert(attribute.key);
    }
  }
  return keys;
}

Inheritance::Inheritance(const std::vector<Block>& blocks, std::vector<Fault>& faults,
                         std::vector<Fault>& warnings)
    : blocks_(blocks), faults_(faults), warnings_(warnings) {
  for (const Block& block : blocks_) {
    const TypeSchema* type = find_type(block.type);
    if (type != nullptr && !type->manifest) collect_template(block, *type);
  }
  for (const Block& block : blocks_) {
    const TypeSchema* type = find_type(block.type);
    if (type != nullptr && !type->manifest) check_use(block, *type);
  }
  find_cycles();
}

void Inheritance::collect_template(const Block& block, const TypeSchema& type) {
  const Attribute* name = block.find(type.template_name);
  if (name == nullptr) {
    if (is_registered(block)) return;
    warnings_.push_back({block.position, "this block is not registered and no template either: it is ignored",
                         fmt::format("'{} NAME' makes it a template", type.template_name)});
    return;
  }
  const auto [first, fresh] = templates_.emplace(Name(block.type, name->value), &block);
  if (fresh) return;
  const Position& other = first->second->position;
  faults_.push_back({name->value_position,
                     fmt::format("a second template '{}' of type '{}'", name->value, block.type),
                     fmt::format("the first one is at {}:{}", other.file, other.line)});
}

void Inheritance::check_use(const Block& block, const TypeSchema& type) {
  const Attribute* use = block.find("use");
  if (use == nullptr || use->is_null()) return;
  for (const Item& item : use->items()) {
    if (templates_.contains({block.type, item.text})) continue;
    faults_.push_back({item.position,
                       fmt::format("{} uses unknown template '{}'", described(block, type), item.text),
                       hint_for_unknown(type, item.text)});
  }
}

std::string Inheritance::hint_for_unknown(const TypeSchema& type, const std::string& name) {
  if (faults_.size() > 200) return {};  // looking for near names costs time, and nobody reads so many hints
  std::vector<std::string> names;
  for (const auto& [key, block] : templates_) {
    if (key.first == type.type) names.push_back(key.second);
  }
  std::string hint = base::did_you_mean(name, names);
  if (!hint.empty()) return hint;
  for (const Block& block : blocks_) {
    const Attribute* identity =
        block.type == type.type && !type.identity.empty() ? block.find(type.identity) : nullptr;
    if (identity == nullptr || identity->value != name) continue;
    return fmt::format("'{} {}' in the block of that {} makes it a template", type.template_name, name,
                       type.identity);
  }
  return {};
}

std::vector<std::pair<const Block*, Position>> Inheritance::parents(const Block& block) const {
  std::vector<std::pair<const Block*, Position>> found;
  const Attribute* use = block.find("use");
  if (use == nullptr || use->is_null()) return found;
  for (Item& item : use->items()) {
    const auto parent = templates_.find({block.type, item.text});
    if (parent != templates_.end()) found.emplace_back(parent->second, std::move(item.position));
  }
  return found;
}

void Inheritance::find_cycles() {
  std::map<const Block*, bool> done;  // false: on the way from `start` to where we are
  for (const auto& [name, block] : templates_) {
    if (!done.contains(block)) walk(*block, done);
  }
}

/// Depth first, without recursion: a chain of templates may be long.
void Inheritance::walk(const Block& start, std::map<const Block*, bool>& done) {
  struct Step {
    const Block* block;
    std::vector<std::pair<const Block*, Position>> parents;
    std::size_t next = 0;
  };
  std::vector<Step> way = {{&start, parents(start)}};
  done[&start] = false;
  while (!way.empty()) {
    Step& here = way.back();
    if (here.next == here.parents.size()) {
      done[here.block] = true;
      way.pop_back();
      continue;
    }
    const auto [parent, position] = here.parents[here.next++];
    const auto [known, fresh] = done.emplace(parent, false);
    if (fresh) {
      way.push_back({parent, parents(*parent)});
    } else if (!known->second) {
      std::vector<std::string> names;
      const auto from = std::ranges::find(way, parent, &Step::block);
      for (auto step = from; step != way.end() && names.size() < 10; ++step) {
        names.push_back(step->block->find(find_type(parent->type)->template_name)->value);
      }
      names.push_back(names.front());
      faults_.push_back({position,
                         fmt::format("templates inherit from each other: {}", base::join(names, " uses ")),
                         "take one 'use' away"});
    }
  }
}

std::vector<const Block*> Inheritance::chain_of(const Block& block) const {
  std::vector<const Block*> chain, stack = {&block};
  std::set<const Block*> seen;
  while (!stack.empty() && chain.size() <= longest_chain) {
    const Block* next = stack.back();
    stack.pop_back();
    if (!seen.insert(next).second) continue;
    chain.push_back(next);
    const auto above = parents(*next);
    for (auto parent = above.rbegin(); parent != above.rend(); ++parent) stack.push_back(parent->first);
  }
  if (chain.size() > longest_chain) {
    faults_.push_back(
        {block.position, fmt::format("this block inherits from more than {} templates", longest_chain), ""});
  }
  return chain;
}

std::vector<Definition> Inheritance::definitions(std::string_view type) const {
  std::vector<Definition> found;
  const TypeSchema& schema = *find_type(type);
  for (const Block& block : blocks_) {
    if (block.type == type && is_registered(block)) found.emplace_back(schema, chain_of(block));
  }
  return found;
}

}  // namespace lucie::config
