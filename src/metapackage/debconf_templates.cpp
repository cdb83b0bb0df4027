#include "metapackage/debconf_templates.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t';
}

bool may_stand_in_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         std::string_view("-_@.").find(letter) != std::string_view::npos;
}

class Parser {
 public:
  Parser(const std::string& file, std::vector<Fault>& faults) : file_(file), faults_(faults) {}

  std::vector<TemplateStanza> parse(const std::string& text) {
    for (std::string line : base::split(text, '\n')) {
      ++number_;
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
      check_characters(line);
      if (line.empty()) {
        open_ = false;
      } else if (is_blank(line.front())) {
        continued(line);
      } else {
        if (!open_) stanzas_.emplace_back();
        open_ = true;
        field(line);
      }
    }
    std::erase_if(stanzas_, [](const auto& stanza) { return stanza.empty(); });  // told as wrong
    return std::move(stanzas_);
  }

 private:
  void fault(int column, std::string message, std::string hint = {}) {
    faults_.push_back({{file_, number_, column}, std::move(message), std::move(hint)});
  }

  /// What would drive the terminal that a question is shown on.
  void check_characters(const std::string& line) {
    const auto wrong = std::find_if(line.begin(), line.end(), [](unsigned char letter) {
      return (letter < 0x20 && letter != '\t') || letter == 0x7F;
    });
    if (wrong == line.end()) return;
    fault(static_cast<int>(wrong - line.begin()) + 1,
          fmt::format("a control character (0x{:02x})", static_cast<unsigned char>(*wrong)));
  }

  void continued(const std::string& line) {
    if (!open_ || stanzas_.back().empty()) return fault(1, "a continued line that continues nothing");
    std::string& text = stanzas_.back().back().extended;
    const std::string_view rest = std::string_view(line).substr(1);
    if (rest == ".") {
      text += "\n\n";
    } else if (!rest.empty() && is_blank(rest.front())) {  // as it stands
      if (!text.empty() && text.back() != '\n') text += '\n';
      text += std::string(rest) + "\n";
    } else {
      if (!text.empty() && text.back() != '\n') text += ' ';
      text += rest;
    }
  }

  void field(const std::string& line) {
    const auto end = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), may_stand_in_name) -
                                              line.begin());
    if (end == 0 || end == line.size() || line[end] != ':') {
      return fault(1, "it is no 'Field: value' of debconf's templates",
                   "continued lines begin with a blank; debconf knows no comments here");
    }
    TemplateStanza& stanza = stanzas_.back();
    TemplateField read{.name = line.substr(0, end),
                       .value = std::string(base::trim(std::string_view(line).substr(end + 1))),
                       .extended = {},
                       .line = number_};
    if (find_field(stanza, read.name) != nullptr) {
      fault(1, fmt::format("a second '{}' in one question", read.name),
            "an empty line stands between questions");
    }
    stanza.push_back(std::move(read));
  }

  const std::string file_;
  std::vector<Fault>& faults_;
  std::vector<TemplateStanza> stanzas_;
  int number_ = 0;
  bool open_ = false;
};

}  // namespace

std::vector<TemplateStanza> parse_templates(const std::string& text, const std::string& file,
                                            std::vector<Fault>& faults) {
  return Parser(file, faults).parse(text);
}

const TemplateField* find_field(const TemplateStanza& stanza, std::string_view name) {
  const auto found =
      std::find_if(stanza.begin(), stanza.end(), [&](const auto& each) { return each.name == name; });
  return found == stanza.end() ? nullptr : &*found;
}

std::map<std::string, std::string> template_fields(const TemplateStanza& stanza) {
  std::map<std::string, std::string> fields;
  for (const TemplateField& field : stanza) {
    std::string name = field.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    std::string extended = field.extended;
    while (!extended.empty() && extended.back() == '\n') extended.pop_back();
    if (!extended.empty()) fields["extended_" + name] = extended;
    fields[name] = field.value;
  }
  return fields;
}

std::vector<std::string> split_choices(const std::string& text) {
  std::vector<std::string> choices(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == ' ')) {
      choices.back() += text[++i];
    } else if (text[i] == ',') {
      choices.emplace_back();
    } else {
      choices.back() += text[i];
    }
  }
  for (std::string& choice : choices) choice = base::trim(choice);
  std::erase(choices, "");
  return choices;
}

std::string join_choices(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& choice : choices) {
    if (!text.empty()) text += ", ";
    for (const char letter : choice) {
      if (letter == ',') text += '\\';
      text += letter;
    }
  }
  return text;
}

}  // namespace lucie::metapackage
