#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lmp/front_end/dialogue.hpp"
#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// The side of debconf's protocol that keeps the questions and asks them (debconf-devel(7), version 2.1): a
/// front end's script sends command lines and gets a reply to each. Knows no process and no terminal.
class DebconfProtocol {
 public:
  /// `answers`: what is known already, the rest has its default. Without a dialogue nothing is asked, as with
  /// DEBIAN_FRONTEND=noninteractive.
  DebconfProtocol(const metapackage::Lmp& lmp, const metapackage::Answers& answers, Dialogue* dialogue);

  /// The reply to a command line, without its newline; nothing after STOP.
  std::optional<std::string> reply(const std::string& line);

  /// The answers as they are now.
  metapackage::Answers answers() const;

 private:
  struct Asked {
    const metapackage::Question* shape;
    std::string value;
    std::map<std::string, std::string> flags, variables;
  };
  using Words = std::vector<std::string>;
  using Command = std::string (DebconfProtocol::*)(const Words& words);

  Asked* find(const std::string& name);
  std::string value_reply(const std::string& value) const;
  Prompt prompt_of(const std::string& name, bool may_go_back);
  bool ask_pending();

  std::string version(const Words& words);
  std::string capabilities(const Words& words);
  std::string title(const Words& words);
  std::string title_question(const Words& words);
  std::string input(const Words& words);
  std::string go(const Words& words);
  std::string clear(const Words& words);
  std::string get(const Words& words);
  std::string set(const Words& words);
  std::string reset(const Words& words);
  std::string substitute(const Words& words);
  std::string flag(const Words& words);
  std::string set_flag(const Words& words);
  std::string meta(const Words& words);
  std::string exist(const Words& words);
  std::string visible(const Words& words);
  std::string add_question(const Words& words);
  std::string remove_question(const Words& words);
  std::string accept(const Words& words);

  struct Known {
    Command run;
    std::size_t least, most;  ///< words after the command
  };
  static const std::map<std::string, Known>& commands();

  std::string prefix_, title_;
  std::map<std::string, Asked> questions_;  ///< by full name
  std::vector<std::string> own_;            ///< the LMP's own questions, in order
  std::vector<std::string> pending_;        ///< to be asked with the next GO
  Dialogue* dialogue_;
  bool may_go_back_ = false, escapes_ = false;
};

}  // namespace lucie::lmp
