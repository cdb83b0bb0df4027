#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "lmp/front_end/protocol.hpp"
#include "metapackage/debconf_templates.hpp"

/// The commands of debconf's protocol about templates and the questions made of them.
namespace lucie::lmp {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\\') result += '\\';
    result += letter == '\n' ? std::string("\\n") : std::string(1, letter);
  }
  return result;
}

/// A value of DATA: "\n" is a newline, and `\` takes the meaning from `"` and `\`.
std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '\\' && i + 1 < text.size() && std::strchr("n\"\\", text[i + 1]) != nullptr;
    if (escape) ++i;
    result += escape && text[i] == 'n' ? '\n' : text[i];
  }
  return result;
}

}  // namespace

std::string DebconfProtocol::value_reply(const std::string& value) const {
  return escapes_ ? "1 " + escaped(value) : "0 " + value;
}

std::string DebconfProtocol::get(const Words& words) {
  const Question* question = questions_.find(words[0]);
  return question != nullptr ? value_reply(questions_.value(*question)) : no_question(words[0]);
}

std::string DebconfProtocol::set(const Words& words) {
  Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question(words[0]);
  question->value = joined(words, 1);
  return done("value set");
}

std::string DebconfProtocol::reset(const Words& words) {
  Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question(words[0]);
  question->value.reset();
  question->flags["seen"] = "false";
  return done();
}

std::string DebconfProtocol::substitute(const Words& words) {
  Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question(words[0]);
  question->variables[words[1]] = joined(words, 2);
  return done();
}

std::string DebconfProtocol::flag(const Words& words) {
  const Question* question = questions_.find(words[0]);
  return question != nullptr ? done(Questions::flag(*question, words[1])) : no_question(words[0]);
}

std::string DebconfProtocol::set_flag(const Words& words) {
  Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question(words[0]);
  question->flags[words[1]] = joined(words, 2);
  return done(question->flags[words[1]]);
}

std::string DebconfProtocol::meta(const Words& words) {
  const Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question(words[0]);
  std::string name = words[1];
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name == "value") return value_reply(questions_.value(*question));
  if (name == "name") return value_reply(words[0]);
  if (name == "template") return value_reply(question->template_name);
  if (name == "owners") return value_reply(prefix_.substr(0, prefix_.size() - 1));
  return value_reply(questions_.field(*question, name));
}

std::string DebconfProtocol::exist(const Words& words) {
  return done(questions_.find(words[0]) != nullptr ? "true" : "false");
}

/// REGISTER: a further question of the template of one that is there.
std::string DebconfProtocol::add_question(const Words& words) {
  const Question* like = questions_.find(words[0]);
  if (like == nullptr) return fmt::format("10 No such template, \"{}\"", words[0]);
  questions_.add_question(words[1], questions_.has_template(words[0]) ? words[0] : like->template_name);
  return done();
}

std::string DebconfProtocol::remove_question(const Words& words) {
  if (questions_.find(words[0]) == nullptr) return no_question(words[0]);
  const bool busy = std::any_of(pending_.begin(), pending_.end(),
                                [&](const Pending& pending) { return pending.name == words[0]; });
  if (busy) return fmt::format("10 {} is busy, cannot unregister right now", words[0]);
  questions_.remove(words[0]);
  return done();
}

std::string DebconfProtocol::purge(const Words&) {
  questions_.clear();
  pending_.clear();
  return done();
}

/// DATA: a template that the script makes, field by field, its type first.
std::string DebconfProtocol::add_data(const Words& words) {
  const bool is_type = words[1] == "type", known = questions_.has_template(words[0]);
  if (!known && !is_type) {
    return fmt::format("10 Template data field '{}' received before type field", words[1]);
  }
  if (known && is_type) return "10 Template type already set";
  const std::string value = unescaped(joined(words, 2));
  if (known) {
    questions_.set_field(words[0], words[1], value);
  } else {
    questions_.add_template(words[0], {{"type", value}});
  }
  return done();
}

std::string DebconfProtocol::load_templates(const Words& words) {
  std::ifstream file(words[0], std::ios::binary);
  if (!file) return fmt::format("10 failed to open {}: {}", words[0], std::strerror(errno));
  constexpr std::size_t limit = 1 << 20;
  std::string text(limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limit) return fmt::format("100 {} is larger than 1 MiB", words[0]);
  std::vector<Fault> faults;
  const auto stanzas = metapackage::parse_templates(text, words[0], faults);
  for (const auto& stanza : stanzas) {
    for (const char* needed : {"Template", "Type"}) {
      if (metapackage::find_field(stanza, needed) == nullptr) {
        faults.push_back({{words[0], stanza.front().line, 1}, fmt::format("'{}' is missing", needed), {}});
      }
    }
  }
  if (!faults.empty()) {
    return fmt::format("100 {}:{}: {}", words[0], faults.front().where.line, faults.front().message);
  }
  for (const auto& stanza : stanzas) {
    questions_.add_template(metapackage::find_field(stanza, "Template")->value,
                            metapackage::template_fields(stanza));
  }
  return done();
}

}  // namespace lucie::lmp
