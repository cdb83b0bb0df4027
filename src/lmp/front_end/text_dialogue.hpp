#pragma once

#include <functional>
#include <iosfwd>

#include "lmp/front_end/dialogue.hpp"

namespace lucie::lmp {

/// The next line that somebody types, without its newline; nothing at the end of the input.
using LineSource = std::function<std::optional<std::string>()>;

/// Questions as text, answers line by line: a choice by its number or a beginning that only it has, an empty
/// line for what is in brackets, `""` for an empty text, "<" for back where that is possible.
class TextDialogue : public Dialogue {
 public:
  /// `width`: columns that descriptions are folded at.
  TextDialogue(LineSource lines, std::ostream& output, std::size_t width = 76)
      : lines_(std::move(lines)), output_(output), width_(width) {}

  /// Throws lucie::Error when the input ends before there is an answer, or holds nothing but wrong ones.
  std::optional<std::string> ask(const Prompt& prompt) override;
  void tell(const Prompt& prompt) override;
  void progress(const std::string& doing, int percent) override;

 private:
  void show(const Prompt& prompt);
  std::string read_line(const Prompt& prompt);

  LineSource lines_;
  std::ostream& output_;
  std::size_t width_;
  std::string last_title_, last_progress_;
};

/// Nobody is asked; what is an error is shown.
class QuietDialogue : public TextDialogue {
 public:
  explicit QuietDialogue(std::ostream& output) : TextDialogue({}, output) {}
  bool asks() const override { return false; }
  void progress(const std::string&, int) override {}
};

}  // namespace lucie::lmp
