#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/manifest.hpp"

namespace lucie::metapackage {
namespace {

/// What an `answers` block takes for itself; a question of that name could not be answered.
bool is_taken(const std::string& name) {
  constexpr std::array<std::string_view, 5> taken = {"lmp_name", "members", "name", "register", "use"};
  return std::find(taken.begin(), taken.end(), name) != taken.end();
}

}  // namespace

std::vector<Question> read_questions(const std::filesystem::path& file, const std::string& lmp,
                                     std::vector<Fault>& faults) {
  std::vector<Question> questions;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return questions;
  try {
    const std::string prefix = "lmp-" + lmp + "/";
    for (const Stanza& stanza : parse_stanzas(base::read_file(file))) {
      const std::string name = field(stanza, "Template");
      if (!name.starts_with(prefix)) {
        faults.push_back(
            {{file.string(), 0, 0}, fmt::format("question '{}' is not named '{}NAME'", name, prefix), {}});
        continue;
      }
      if (is_taken(name.substr(prefix.size()))) {
        faults.push_back(
            {{file.string(), 0, 0},
             fmt::format("question '{}' has a name that means something else in 'answers' blocks", name),
             "give it another name"});
        continue;
      }
      questions.push_back({.name = name.substr(prefix.size()),
                           .type = field(stanza, "Type"),
                           .standard = field(stanza, "Default"),
                           .choices = base::split_list(field(stanza, "Choices"))});
    }
  } catch (Error& error) {
    error.at({file.string(), 0, 0});
    faults.push_back(error.fault());
  }
  return questions;
}

}  // namespace lucie::metapackage
