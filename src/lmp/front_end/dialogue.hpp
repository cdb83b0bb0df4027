#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "metapackage/lmp.hpp"

namespace lucie::lmp {

/// A question as it is shown: what the front end fills in is filled in.
struct Prompt {
  std::string title;
  metapackage::Question question;
  std::string value;  ///< taken when nothing is said
  bool may_go_back = false;
};

/// Who shows questions to a person.
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  /// The answer, in debconf's form ("true", "a, b"); nothing: the person wants back to the question before.
  /// A note or text is shown and has an empty answer.
  virtual std::optional<std::string> ask(const Prompt& prompt) = 0;
};

/// Questions as text, answers line by line: a choice by its number or a beginning that only it has, an empty
/// line for what is in brackets, "<" for back where that is possible.
class TextDialogue : public Dialogue {
 public:
  /// `width`: columns that descriptions are folded at.
  TextDialogue(std::istream& input, std::ostream& output, int width = 76)
      : input_(input), output_(output), width_(static_cast<std::size_t>(width)) {}

  /// Throws lucie::Error when the input ends before there is an answer.
  std::optional<std::string> ask(const Prompt& prompt) override;

 private:
  void show(const Prompt& prompt);
  std::string read_line(const Prompt& prompt);

  std::istream& input_;
  std::ostream& output_;
  std::size_t width_;
  std::string last_title_;
};

}  // namespace lucie::lmp
