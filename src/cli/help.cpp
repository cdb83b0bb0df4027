#include "cli/help.hpp"

#include "base/text.hpp"

namespace lucie::cli {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t description_column = 28;

/// "  NAME      description", wrapped; a long name gets a line of its own.
std::string entry(const std::string& name, const std::string& description) {
  std::string text = "  " + name;
  std::size_t at = text.size();
  if (at + 2 > description_column && !description.empty()) {
    text += "\n";
    at = 0;
  }
  bool first = true;
  for (const std::string& word : base::split_words(description)) {
    if (first || at + 1 + word.size() > columns - 1) {
      if (!first) {
        text += "\n";
        at = 0;
      }
      text += std::string(description_column - at, ' ') + word;
      at = description_column + word.size();
    } else {
      text += " " + word;
      at += 1 + word.size();
    }
    first = false;
  }
  return text + "\n";
}

}  // namespace

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  std::string name = make_option_name(option, is_positional);
  if (!is_positional && option->get_type_size() != 0) name += " " + option->get_type_name();
  std::string description = make_option_desc(option);
  if (!option->get_default_str().empty()) description += " (default " + option->get_default_str() + ")";
  return entry(name, description);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

}  // namespace lucie::cli
