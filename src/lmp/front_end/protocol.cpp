#include "lmp/front_end/protocol.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <limits>

#include "base/text.hpp"

namespace lucie::lmp {
namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

bool is_blank(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r';
}

/// Words of a line in which "\n" stands for a newline and "\" before a character for that character.
std::vector<std::string> unescaped_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) {
      word += line[++i] == 'n' ? '\n' : line[i];
    } else if (is_blank(line[i])) {
      while (i + 1 < line.size() && is_blank(line[i + 1])) ++i;
      words.push_back(std::move(word));
      word.clear();
    } else {
      word += line[i];
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::string done(const std::string& text) {
  return text.empty() ? "0" : "0 " + text;
}

std::string no_question(const std::string& name) {
  return fmt::format("10 {} doesn't exist", name);
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  if (first >= words.size()) return {};
  return base::join({words.begin() + static_cast<std::ptrdiff_t>(first), words.end()}, " ");
}

DebconfProtocol::DebconfProtocol(const metapackage::Lmp& lmp, const metapackage::Answers& answers,
                                 Dialogue& dialogue, Options options)
    : prefix_("lmp-" + lmp.name + "/"),
      title_("Configuring lmp-" + lmp.name),
      priority_(std::move(options.priority)),
      questions_(std::move(options.languages)),
      dialogue_(dialogue) {
  for (const metapackage::Question& question : lmp.questions) {
    const std::string name = prefix_ + question.name;
    questions_.add_template(name, question.fields);
    const auto known = answers.find(question.name);
    if (known != answers.end()) questions_.find(name)->value = known->second;
    if (question.has_answer()) own_.push_back(question.name);
  }
}

const std::map<std::string, DebconfProtocol::Known>& DebconfProtocol::commands() {
  using P = DebconfProtocol;
  static const std::map<std::string, Known> known = {
      {"version", {&P::version, 0, 1}},
      {"capb", {&P::capabilities, 0, any_number}},
      {"title", {&P::title, 0, any_number}},
      {"settitle", {&P::title_question, 1, 1}},
      {"info", {&P::information, 0, 1}},
      {"beginblock", {&P::accept, 0, any_number}},
      {"endblock", {&P::accept, 0, any_number}},
      {"input", {&P::input, 2, 2}},
      {"go", {&P::go, 0, 0}},
      {"clear", {&P::clear, 0, 0}},
      {"visible", {&P::visible, 2, 2}},
      {"progress", {&P::progress, 1, any_number}},
      {"get", {&P::get, 1, 1}},
      {"set", {&P::set, 1, any_number}},
      {"reset", {&P::reset, 1, 1}},
      {"subst", {&P::substitute, 2, any_number}},
      {"fget", {&P::flag, 2, 2}},
      {"fset", {&P::set_flag, 3, any_number}},
      {"metaget", {&P::meta, 2, 2}},
      {"exist", {&P::exist, 1, 1}},
      {"register", {&P::add_question, 2, 2}},
      {"unregister", {&P::remove_question, 1, 1}},
      {"purge", {&P::purge, 0, 0}},
      {"data", {&P::add_data, 3, any_number}},
      {"x_loadtemplatefile", {&P::load_templates, 1, 2}},
  };
  return known;
}

DebconfProtocol::Words DebconfProtocol::words_of(const std::string& line) const {
  return escapes_ ? unescaped_words(line) : base::split_words(line);
}

std::optional<std::string> DebconfProtocol::reply(const std::string& line) {
  ++commands_since_asked_;
  Words words = words_of(line);
  if (words.empty()) return fmt::format("20 Bad line \"{}\" received from confmodule.", line);
  std::string command = words.front();
  std::transform(command.begin(), command.end(), command.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  words.erase(words.begin());
  if (command == "stop") return {};
  const auto known = commands().find(command);
  std::string reply;
  if (known == commands().end()) {
    reply = fmt::format("20 Unsupported command \"{}\" (full line was \"{}\") received from confmodule.",
                        command, line);
  } else if (words.size() < known->second.least || words.size() > known->second.most) {
    reply = "20 Incorrect number of arguments";
  } else {
    reply = (this->*known->second.run)(words);
  }
  return reply.substr(0, reply.find('\n'));  // a reply is one line
}

metapackage::Answers DebconfProtocol::answers() const {
  metapackage::Answers answers;
  for (const std::string& name : own_) {
    if (const Question* question = questions_.find(prefix_ + name))
      answers[name] = questions_.value(*question);
  }
  return answers;
}

std::string DebconfProtocol::version(const Words& words) {
  if (words.empty()) return done("2.0");
  int major = 0;
  std::from_chars(words[0].data(), words[0].data() + words[0].size(), major);
  if (major == 2) return done("2.0");
  return fmt::format("30 Version too {} ({})", major < 2 ? "low" : "high", words[0]);
}

std::string DebconfProtocol::capabilities(const Words& words) {
  const auto wanted = [&](const char* name) {
    return std::find(words.begin(), words.end(), name) != words.end();
  };
  may_go_back_ = wanted("backup");
  escapes_ = wanted("escape");
  return done(std::string("multiselect escape ") + (dialogue_.asks() ? "backup" : ""));
}

std::string DebconfProtocol::title(const Words& words) {
  title_ = joined(words, 0);
  return done();
}

std::string DebconfProtocol::title_question(const Words& words) {
  const Question* question = questions_.find(words[0]);
  if (question == nullptr) return no_question('"' + words[0] + '"');
  title_ = questions_.field(*question, "description");
  return done();
}

std::string DebconfProtocol::information(const Words& words) {
  const Question* question = words.empty() ? nullptr : questions_.find(words[0]);
  if (!words.empty() && question == nullptr) return no_question('"' + words[0] + '"');
  information_ = question == nullptr ? std::string() : questions_.field(*question, "description");
  return done();
}

/// What changes nothing.
std::string DebconfProtocol::accept(const Words&) {
  return done();
}

}  // namespace lucie::lmp
