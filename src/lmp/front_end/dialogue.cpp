#include "lmp/front_end/dialogue.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "metapackage/debconf_templates.hpp"

namespace lucie::lmp {

bool Prompt::has_answer() const {
  constexpr std::array<std::string_view, 4> telling = {"text", "note", "title", "error"};
  return std::find(telling.begin(), telling.end(), type) == telling.end();
}

bool Prompt::is_chosen(const std::string& choice) const {
  if (type == "select") return choice == value;
  const auto chosen = metapackage::split_choices(value);
  return std::find(chosen.begin(), chosen.end(), choice) != chosen.end();
}

}  // namespace lucie::lmp
