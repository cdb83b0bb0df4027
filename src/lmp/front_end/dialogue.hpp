#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lucie::lmp {

/// A question as it is shown: in the user's language, with what the front end fills in.
struct Prompt {
  std::string name;  ///< "lmp-mpi/flavour"
  std::string type;  ///< as in debconf's templates
  std::string title, backtitle;
  std::string summary;               ///< what is asked
  std::string description;           ///< paragraphs; may be empty
  std::vector<std::string> choices;  ///< what an answer is made of
  std::vector<std::string> labels;   ///< the choices as they are shown, one for each
  std::string value;                 ///< taken when nothing is said
  bool may_go_back = false;

  /// False for what only tells something.
  bool has_answer() const;
  /// True when `value` has this choice.
  bool is_chosen(const std::string& choice) const;
};

/// Who shows questions to a person.
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  /// False when there is nobody to ask: then only `tell` is called.
  virtual bool asks() const { return true; }
  /// The answer, in debconf's form ("true", "a, b"); nothing: the person wants back to the question before.
  /// A note or text is shown and has an empty answer.
  virtual std::optional<std::string> ask(const Prompt& prompt) = 0;
  /// Shows an error that nobody can be asked to look at.
  virtual void tell(const Prompt& prompt) = 0;
  /// How far the front end is with what it does, in percent.
  virtual void progress(const std::string& doing, int percent) = 0;
};

}  // namespace lucie::lmp
