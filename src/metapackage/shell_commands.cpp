#include "metapackage/shell_commands.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;
using Arguments = std::vector<Argument>;

bool is_one_of(std::string_view names, std::string_view name) {
  for (std::size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1)) {
    const bool begins = at == 0 || names[at - 1] == ' ';
    const bool ends = at + name.size() == names.size() || names[at + name.size()] == ' ';
    if (begins && ends && !name.empty()) return true;
  }
  return false;
}

std::string base_name(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

void all(const Arguments& operands, std::size_t from, Deed deed, CommandReading& reading) {
  for (std::size_t i = from; i < operands.size(); ++i) reading.uses.emplace_back(deed, operands[i]);
}

void values(const CommandLine& line, const char* option, Deed deed, CommandReading& reading) {
  const auto found = line.options.find(option);
  if (found != line.options.end()) all(found->second, 0, deed, reading);
}

/// Commands that do the same with all their operands behind the first `skipped`.
struct Simple {
  std::string_view names;
  Deed deed;
  OptionSyntax syntax = {};
  std::size_t skipped = 0;
};

constexpr std::array simple_commands = {
    Simple{
        "cat tac rev nl comm md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum strings "
        "zcat xzcat bzcat gunzip unxz bunzip2 less more expand unexpand hexdump xxd base64 file wc",
        Deed::reads},
    Simple{"head tail", Deed::reads, {.with_value = "cns", .long_with_value = "lines bytes"}},
    Simple{"sort", Deed::reads, {.with_value = "kotST"}},
    Simple{"uniq fold fmt", Deed::reads, {.with_value = "fsw"}},
    Simple{"cut paste join column", Deed::reads, {.with_value = "bcdfjt12eos"}},
    Simple{"cmp", Deed::reads, {.with_value = "in"}},
    Simple{"diff", Deed::reads, {.with_value = "UCFIWx"}},
    Simple{"od", Deed::reads, {.with_value = "AjNtw"}},
    Simple{"stat", Deed::reads, {.with_value = "c", .long_with_value = "format printf"}},
    Simple{". source debconf-set-selections", Deed::reads},
    Simple{"chmod chown chgrp setfacl chattr", Deed::edits, {.with_value = "mMx"}, 1},
    Simple{"ed ex", Deed::edits},
    Simple{"touch truncate", Deed::makes, {.with_value = "drts"}},
    Simple{"crudini", Deed::edits, {}, 0},
};

bool read_simple(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  for (const Simple& simple : simple_commands) {
    if (!is_one_of(simple.names, name)) continue;
    const CommandLine line = take_apart(arguments, simple.syntax);
    const bool only_first = name == "." || name == "source";  // the rest are its parameters
    if (only_first && !line.operands.empty()) {
      reading.uses.emplace_back(simple.deed, line.operands.front());
    } else {
      all(line.operands, line.has("reference") ? 0 : simple.skipped, simple.deed, reading);
    }
    values(line, "reference", Deed::reads, reading);
    return true;
  }
  return false;
}

void read_sed(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(
      arguments, {.with_value = "efl", .with_attached_value = "i", .long_with_value = "expression file"});
  const bool program = line.has("e") || line.has("f") || line.has("expression") || line.has("file");
  const bool in_place = line.has("i") || line.has("in-place");
  values(line, "f", Deed::reads, reading);
  values(line, "file", Deed::reads, reading);
  all(line.operands, program ? 0 : 1, in_place ? Deed::edits : Deed::reads, reading);
}

void read_grep(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "efmABCDd", .long_with_value = "regexp file max-count"});
  const bool pattern = line.has("e") || line.has("f") || line.has("regexp") || line.has("file");
  values(line, "f", Deed::reads, reading);
  all(line.operands, pattern ? 0 : 1, Deed::reads, reading);
}

void read_awk(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "Fvfi", .long_with_value = "file assign include"});
  const auto included = line.options.find("i");
  const bool in_place = included != line.options.end() && included->second.front().text() == "inplace";
  values(line, "f", Deed::reads, reading);
  values(line, "file", Deed::reads, reading);
  const bool program = line.has("f") || line.has("file");
  all(line.operands, program ? 0 : 1, in_place ? Deed::edits : Deed::reads, reading);
}

/// perl, python and the like: with -e or -c the program stands there, else in the first operand.
void read_interpreter(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  const bool perl = name == "perl";
  const CommandLine line = take_apart(arguments, {.with_value = perl ? "eEIMm" : "cmWXeI",
                                                  .with_attached_value = perl ? "i0lFD" : "",
                                                  .operands_end_options = true});
  const bool program = line.has("e") || line.has("E") || line.has("c") || line.has("m");
  if (perl && line.has("i")) {
    all(line.operands, program ? 0 : 1, Deed::edits, reading);
  } else if (!program && !line.operands.empty()) {
    reading.uses.emplace_back(Deed::reads, line.operands.front());
  }
}

/// The new file of a copy, and what it is named when the destination is a folder.
void copied(const Arguments& sources, const Argument& destination, CommandReading& reading) {
  reading.uses.emplace_back(Deed::makes, destination);
  if (!destination.values) return;
  for (const Argument& source : sources) {
    if (!source.values) continue;
    Argument inside = destination;
    inside.values->clear();
    for (const std::string& folder : *destination.values) {
      for (const std::string& file : *source.values) inside.values->push_back(folder + "/" + base_name(file));
    }
    reading.uses.emplace_back(Deed::makes, inside);
  }
}

/// cp, mv, install, ln.
void read_copy(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(arguments, {.with_value = name == "install" ? "mogSt" : "St",
                                                  .long_with_value = "target-directory mode owner group"});
  if (name == "install" && (line.has("d") || line.has("directory"))) return;
  Arguments sources = line.operands;
  Argument destination;
  for (const char* option : {"t", "target-directory"}) {
    if (line.has(option)) destination = line.options.at(option).front();
  }
  if (!destination.values) {
    if (sources.size() < 2) return;
    destination = sources.back();
    sources.pop_back();
  }
  all(sources, 0, name == "mv" ? Deed::edits : Deed::reads, reading);
  copied(sources, destination, reading);
}

void read_dd(const Arguments& arguments, CommandReading& reading) {
  for (const Argument& argument : arguments) {
    const std::string text = argument.text();
    if (!text.starts_with("if=") && !text.starts_with("of=")) continue;
    reading.uses.emplace_back(text[0] == 'i' ? Deed::reads : Deed::makes,
                              Argument{std::vector<std::string>{text.substr(3)}, argument.position, nullptr});
  }
}

void read_tee(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(arguments, {});
  const bool appends = line.has("a") || line.has("append");
  all(line.operands, 0, appends ? Deed::edits : Deed::makes, reading);
}

void read_patch(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "pidFo", .long_with_value = "input strip directory"});
  values(line, "i", Deed::reads, reading);
  values(line, "input", Deed::reads, reading);
  if (!line.operands.empty()) reading.uses.emplace_back(Deed::edits, line.operands.front());
}

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

bool read_wrapper(const std::string& name, const Arguments& arguments, CommandReading& reading) {
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

void read_operands(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  if (name == "sed") return read_sed(arguments, reading);
  if (is_one_of("grep egrep fgrep zgrep", name)) return read_grep(arguments, reading);
  if (is_one_of("awk gawk mawk nawk", name)) return read_awk(arguments, reading);
  if (is_one_of("perl python python3 ruby", name)) return read_interpreter(name, arguments, reading);
  if (is_one_of("cp mv install ln", name)) return read_copy(name, arguments, reading);
  if (name == "dd") return read_dd(arguments, reading);
  if (name == "tee") return read_tee(arguments, reading);
  if (name == "patch") return read_patch(arguments, reading);
  if (name == "find") return read_find(arguments, reading);
  if (is_one_of("sh bash dash ash ksh mksh", name)) return read_shell(arguments, reading);
  if (name == "eval") return read_eval(arguments, reading);
  if (name == "trap" && arguments.size() > 2) {
    reading.code.push_back(arguments[1]);
    return;
  }
  if (!read_wrapper(name, arguments, reading)) read_simple(name, arguments, reading);
}

}  // namespace

bool is_builtin(const std::string& name) {
  return is_one_of(
      ". : [ [[ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs "
      "disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local "
      "logout mapfile popd printf pushd pwd read readarray readonly return set shift shopt source suspend "
      "test times trap true type typeset ulimit umask unalias unset wait",
      name);
}

CommandReading read_command(const Arguments& arguments) {
  CommandReading reading;
  const std::string called = arguments.front().text(), name = base_name(called);
  // in_target is Lucie's own; a path is a program even where the shell has a command of that name.
  const bool program = called.find('/') != std::string::npos || !is_builtin(called);
  if (program && called != "in_target") reading.uses.emplace_back(Deed::runs, arguments.front());
  read_operands(name, arguments, reading);
  return reading;
}

}  // namespace lucie::metapackage
