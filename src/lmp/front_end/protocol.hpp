#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lmp/front_end/dialogue.hpp"
#include "lmp/front_end/questions.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// The side of debconf's protocol that keeps the questions and asks them (debconf-devel(7), version 2): a
/// front end's script sends command lines and gets a reply to each. Replies, codes and what is asked are
/// debconf's own. Knows no process and no terminal.
class DebconfProtocol {
 public:
  struct Options {
    std::string priority = "low";        ///< questions below it are not asked
    std::vector<std::string> languages;  ///< of texts: language_endings
  };

  /// `answers`: what is known already, the rest has its default.
  DebconfProtocol(const metapackage::Lmp& lmp, const metapackage::Answers& answers, Dialogue& dialogue,
                  Options options);

  /// The reply to a command line, without its newline; nothing after STOP.
  std::optional<std::string> reply(const std::string& line);

  /// The answers as they are now.
  metapackage::Answers answers() const;

  /// Commands since the dialogue last had something to do: a script that goes on and on without is stuck.
  std::size_t commands_since_asked() const { return commands_since_asked_; }

 private:
  using Words = std::vector<std::string>;
  using Question = Questions::Question;
  using Command = std::string (DebconfProtocol::*)(const Words& words);

  struct Known {
    Command run;
    std::size_t least, most;  ///< words after the command
  };
  static const std::map<std::string, Known>& commands();

  /// A question between INPUT and GO.
  struct Pending {
    std::string name;
    bool visible;
    std::string value;
  };

  // protocol.cpp
  Words words_of(const std::string& line) const;
  std::string version(const Words& words);
  std::string capabilities(const Words& words);
  std::string title(const Words& words);
  std::string title_question(const Words& words);
  std::string information(const Words& words);
  std::string accept(const Words& words);
  // protocol_asking.cpp
  bool is_visible(const std::string& priority, const Question& question) const;
  Prompt prompt_of(const Pending& pending, bool may_go_back);
  std::string value_without_asking(const Pending& pending);
  bool ask_pending();
  std::string input(const Words& words);
  std::string go(const Words& words);
  std::string clear(const Words& words);
  std::string visible(const Words& words);
  std::string progress(const Words& words);
  std::string start_progress(const Words& words);
  std::string tell_progress();
  // protocol_values.cpp
  std::string value_reply(const std::string& value) const;
  std::string get(const Words& words);
  std::string set(const Words& words);
  std::string reset(const Words& words);
  std::string substitute(const Words& words);
  std::string flag(const Words& words);
  std::string set_flag(const Words& words);
  std::string meta(const Words& words);
  std::string exist(const Words& words);
  std::string add_question(const Words& words);
  std::string remove_question(const Words& words);
  std::string purge(const Words& words);
  std::string add_data(const Words& words);
  std::string load_templates(const Words& words);

  struct Progress {
    std::string doing;
    long first = 0, last = 0, now = 0;
  };

  std::string prefix_, title_, information_;
  std::string priority_;
  mutable Questions questions_;
  std::vector<std::string> own_;  ///< the questions of the LMP's that have an answer, in order
  std::vector<Pending> pending_;  ///< to be asked with the next GO
  std::optional<Progress> progress_;
  Dialogue& dialogue_;
  std::size_t commands_since_asked_ = 0;
  bool may_go_back_ = false, escapes_ = false, went_back_ = false;
};

/// "0 …": the words of a reply, one blank between them. "0" alone where there is nothing to say.
std::string done(const std::string& text = {});
/// "10 NAME doesn't exist".
std::string no_question(const std::string& name);
/// The words from one on, as they are one argument.
std::string joined(const std::vector<std::string>& words, std::size_t first);

}  // namespace lucie::lmp
