#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "metapackage/shell_readers.hpp"

/// Commands that run other commands, or shell text.
namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;
using Arguments = std::vector<Argument>;

void read_find(const Arguments& arguments, CommandReading& reading) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string word = arguments[i].text();
    if (!is_one_of("-exec -execdir -ok -okdir", word)) continue;
    Arguments command;
    for (++i; i < arguments.size() && arguments[i].text() != ";" && arguments[i].text() != "+"; ++i) {
      command.push_back(arguments[i]);
    }
    if (!command.empty()) reading.commands.push_back(std::move(command));
  }
}

void read_shell(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(arguments, {.with_value = "oO", .operands_end_options = true});
  if (line.has("c")) {
    if (!line.operands.empty()) reading.code.push_back(line.operands.front());
  } else if (line.operands.empty() || line.has("s")) {
    reading.shell_on_input = true;
  } else {
    reading.uses.emplace_back(Deed::reads, line.operands.front());
  }
}

/// Commands that run what follows their own options and `skipped` operands.
struct Wrapper {
  std::string_view names;
  std::string_view with_value;
  std::string_view long_with_value;
  std::size_t skipped = 0;
};

constexpr std::array wrappers = {
    Wrapper{"in_target command builtin nohup setsid eatmydata fakeroot", "", ""},
    Wrapper{"exec", "a", ""},
    Wrapper{"nice", "n", "adjustment"},
    Wrapper{"ionice", "cnpPu", "class classdata"},
    Wrapper{"timeout", "ks", "kill-after signal", 1},
    Wrapper{"sudo runuser", "ugUCpr", "user group"},
    Wrapper{"stdbuf", "ioe", "input output error"},
    Wrapper{"xargs", "InPdasLE", "max-args max-procs delimiter arg-file"},
    Wrapper{"time", "fo", "format output"},
    Wrapper{"flock", "wE", "timeout", 1},
    Wrapper{"chroot", "", "", 1},
    Wrapper{"env", "uCS", "unset chdir"},
};

bool is_assignment(const std::string& text) {
  const auto equals = text.find('=');
  return equals != std::string::npos && equals > 0 && text.find('/') > equals;
}

bool read_prefix(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  const auto* const found =
      std::ranges::find_if(wrappers, [&](const Wrapper& wrapper) { return is_one_of(wrapper.names, name); });
  if (found == wrappers.end()) return false;
  const CommandLine line = take_apart(arguments, {.with_value = found->with_value,
                                                  .long_with_value = found->long_with_value,
                                                  .operands_end_options = true});
  if (name == "command" && (line.has("v") || line.has("V"))) return true;  // a question only
  if (line.operands.empty()) return true;
  const std::string root = line.operands.front().text();
  reading.in_target = name == "in_target" || (name == "chroot" && root.starts_with(target_mark) &&
                                              root.find('/') == std::string::npos);
  Arguments inner(arguments.begin() + static_cast<std::ptrdiff_t>(line.first_operand), arguments.end());
  inner.erase(inner.begin(),
              inner.begin() + static_cast<std::ptrdiff_t>(std::min(found->skipped, inner.size())));
  while (name == "env" && !inner.empty() && is_assignment(inner.front().text())) inner.erase(inner.begin());
  if (!inner.empty() && inner.front().text() == "--") inner.erase(inner.begin());
  if (name == "flock" && !inner.empty() && inner.front().text() == "-c" && inner.size() > 1) {
    reading.code.push_back(inner[1]);
  } else if (!inner.empty()) {
    reading.commands.push_back(std::move(inner));
  }
  return true;
}

void read_eval(const Arguments& arguments, CommandReading& reading) {
  std::vector<std::string> words;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].values || arguments[i].values->size() != 1) return;
    words.push_back(arguments[i].text());
  }
  if (words.empty()) return;
  reading.code.push_back({std::vector<std::string>{base::join(words, " ")}, arguments[0].position, nullptr});
}

}  // namespace

bool read_wrapper(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  if (name == "find") {
    read_find(arguments, reading);
  } else if (is_one_of("sh bash dash ash ksh mksh", name)) {
    read_shell(arguments, reading);
  } else if (name == "eval") {
    read_eval(arguments, reading);
  } else if (name == "trap") {
    if (arguments.size() > 2) reading.code.push_back(arguments[1]);
  } else {
    return read_prefix(name, arguments, reading);
  }
  return true;
}

}  // namespace lucie::metapackage
