#pragma once

#include "lmp/front_end/dialogue.hpp"
#include "lmp/front_end/interruption.hpp"

namespace lucie::lmp {

/// Questions as dialogues on the whole terminal, drawn by whiptail(1).
class WhiptailDialogue : public Dialogue {
 public:
  explicit WhiptailDialogue(const Interruption& interruption) : interruption_(interruption) {}

  /// True where whiptail is installed and standard input and error are a terminal that it can draw on.
  static bool is_possible();

  /// Throws lucie::Error when the person gives up (Esc where there is no way back).
  std::optional<std::string> ask(const Prompt& prompt) override;
  void tell(const Prompt& prompt) override { ask(prompt); }
  void progress(const std::string& doing, int percent) override;

 private:
  struct Said {
    int status;
    std::string text;
  };
  Said run(const Prompt& prompt, const std::vector<std::string>& words) const;

  const Interruption& interruption_;
};

/// whiptail's words for a prompt on a terminal of that size, without the program's name and where it answers.
std::vector<std::string> whiptail_words(const Prompt& prompt, int terminal_columns, int terminal_lines);
/// The answer that whiptail's output says.
std::string whiptail_answer(const Prompt& prompt, int status, const std::string& output);

}  // namespace lucie::lmp
