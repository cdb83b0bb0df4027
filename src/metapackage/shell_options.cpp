#include "base/text.hpp"
#include "metapackage/shell_commands.hpp"

namespace lucie::metapackage {
namespace {

class Taker {
 public:
  Taker(const std::vector<Argument>& arguments, const OptionSyntax& syntax)
      : arguments_(arguments), syntax_(syntax) {}

  CommandLine take() {
    bool ended = false;
    for (; next_ < arguments_.size(); ++next_) {
      const Argument& argument = arguments_[next_];
      const std::string text = argument.values ? argument.values->front() : std::string();
      if (!ended && text == "--") {
        ended = true;
      } else if (!ended && text.starts_with("--")) {
        long_option(text, argument);
      } else if (!ended && text.size() > 1 && text[0] == '-') {
        letters(text, argument);
      } else {
        if (line_.operands.empty()) line_.first_operand = next_;
        line_.operands.push_back(argument);
        ended = ended || syntax_.operands_end_options;
      }
    }
    return std::move(line_);
  }

 private:
  void option(const std::string& name, Argument value) { line_.options[name].push_back(std::move(value)); }

  Argument following() { return next_ + 1 < arguments_.size() ? arguments_[++next_] : Argument{}; }

  static Argument rest_of(const Argument& argument, const std::string& text) {
    return {std::vector<std::string>{text}, argument.position, argument.word};
  }

  void long_option(const std::string& text, const Argument& argument) {
    const auto equals = text.find('=');
    const std::string name = text.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (equals != std::string::npos) return option(name, rest_of(argument, text.substr(equals + 1)));
    for (const std::string& known : base::split_words(syntax_.long_with_value)) {
      if (known == name) return option(name, following());
    }
    option(name, {});
  }

  void letters(const std::string& text, const Argument& argument) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      const std::string letter(1, text[i]), rest = text.substr(i + 1);
      if (syntax_.with_attached_value.find(text[i]) != std::string_view::npos) {
        return option(letter, rest_of(argument, rest));
      }
      if (syntax_.with_value.find(text[i]) != std::string_view::npos) {
        return option(letter, rest.empty() ? following() : rest_of(argument, rest));
      }
      option(letter, {});
    }
  }

  const std::vector<Argument>& arguments_;
  const OptionSyntax& syntax_;
  CommandLine line_;
  std::size_t next_ = 1;
};

}  // namespace

CommandLine take_apart(const std::vector<Argument>& arguments, const OptionSyntax& syntax) {
  return Taker(arguments, syntax).take();
}

}  // namespace lucie::metapackage
