#include <algorithm>

#include "base/text.hpp"
#include "config/block.hpp"
#include "config/lines.hpp"

namespace lucie::config {
namespace {

bool quoted_at(const Attribute& attribute, std::size_t offset) {
  return is_quoted(attribute.quoted_parts, offset);
}

/// Cuts a value at its commas.
class ItemReader {
 public:
  explicit ItemReader(const Attribute& attribute) : attribute_(attribute) {}

  std::vector<Item> read() {
    const std::string& value = attribute_.value;
    std::size_t start = attribute_.adds() ? 1 : 0;
    int depth = 0;
    for (std::size_t at = start; at < value.size(); ++at) {
      const char c = value[at];
      if ((c != ',' && c != '[' && c != ']') || quoted_at(attribute_, at)) continue;
      if (c == '[') ++depth;
      if (c == ']') --depth;
      if (c != ',' || depth > 0) continue;
      take(start, at);
      start = at + 1;
    }
    take(start, value.size());
    return std::move(items_);
  }

 private:
  void take(std::size_t first, std::size_t last) {
    const auto blank = [&](std::size_t at) {
      return (attribute_.value[at] == ' ' || attribute_.value[at] == '\t') && !quoted_at(attribute_, at);
    };
    while (first < last && blank(first)) ++first;
    while (last > first && blank(last - 1)) --last;
    if (first < last) items_.push_back({attribute_.value.substr(first, last - first), attribute_.at(first)});
  }

  const Attribute& attribute_;
  std::vector<Item> items_;
};

}  // namespace

bool Attribute::is_null() const {
  return value == "null" && quoted_parts.empty();
}

bool Attribute::adds() const {
  return value.starts_with('+') && !quoted_at(*this, 0);
}

std::vector<Item> Attribute::items() const {
  return ItemReader(*this).read();
}

Position Attribute::at(std::size_t offset) const {
  if (places.empty()) {
    return {value_position.file, value_position.line, value_position.column + static_cast<int>(offset)};
  }
  const Place place = place_of(places, offset);
  return {value_position.file, place.line, place.column};
}

const Attribute* Block::find(std::string_view key) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& attribute) { return attribute.key == key; });
  return found == attributes.end() ? nullptr : &*found;
}

std::vector<const Attribute*> Block::find_all(std::string_view key) const {
  std::vector<const Attribute*> found;
  for (const Attribute& attribute : attributes) {
    if (attribute.key == key) found.push_back(&attribute);
  }
  return found;
}

}  // namespace lucie::config
