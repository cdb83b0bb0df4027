#include "metapackage/shell_commands.hpp"

#include <algorithm>
#include <array>

#include "metapackage/shell_readers.hpp"

namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;
using Arguments = std::vector<Argument>;

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
    // Of these no operand is a need.
    Simple{"rm rmdir mkdir ls du unlink basename dirname readlink realpath mountpoint mktemp",
           Deed::makes,
           {},
           1000},
};

bool read_simple(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  for (const Simple& simple : simple_commands) {
    if (!is_one_of(simple.names, name)) continue;
    const CommandLine line = take_apart(arguments, simple.syntax);
    const bool only_first = name == "." || name == "source";  // the rest are its parameters
    if (only_first && !line.operands.empty()) {
      reading.uses.emplace_back(simple.deed, line.operands.front());
    } else {
      add_operands(line.operands, line.has("reference") ? 0 : simple.skipped, simple.deed, reading);
    }
    add_values(line, "reference", Deed::reads, reading);
    return true;
  }
  return false;
}

void read_sed(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(
      arguments, {.with_value = "efl", .with_attached_value = "i", .long_with_value = "expression file"});
  const bool program = line.has("e") || line.has("f") || line.has("expression") || line.has("file");
  const bool in_place = line.has("i") || line.has("in-place");
  add_values(line, "f", Deed::reads, reading);
  add_values(line, "file", Deed::reads, reading);
  add_operands(line.operands, program ? 0 : 1, in_place ? Deed::edits : Deed::reads, reading);
}

void read_grep(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "efmABCDd", .long_with_value = "regexp file max-count"});
  const bool pattern = line.has("e") || line.has("f") || line.has("regexp") || line.has("file");
  add_values(line, "f", Deed::reads, reading);
  add_operands(line.operands, pattern ? 0 : 1, Deed::reads, reading);
}

void read_awk(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "Fvfi", .long_with_value = "file assign include"});
  const auto included = line.options.find("i");
  const bool in_place = included != line.options.end() && included->second.front().text() == "inplace";
  add_values(line, "f", Deed::reads, reading);
  add_values(line, "file", Deed::reads, reading);
  const bool program = line.has("f") || line.has("file");
  add_operands(line.operands, program ? 0 : 1, in_place ? Deed::edits : Deed::reads, reading);
}

/// perl, python and the like: with -e or -c the program stands there, else in the first operand.
void read_interpreter(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  const bool perl = name == "perl";
  const CommandLine line = take_apart(arguments, {.with_value = perl ? "eEIMm" : "cmWXeI",
                                                  .with_attached_value = perl ? "i0lFD" : "",
                                                  .operands_end_options = true});
  const bool program = line.has("e") || line.has("E") || line.has("c") || line.has("m");
  if (perl && line.has("i")) {
    add_operands(line.operands, program ? 0 : 1, Deed::edits, reading);
  } else if (!program && !line.operands.empty()) {
    reading.uses.emplace_back(Deed::reads, line.operands.front());
  }
}

/// False when nothing is known about what the command does with its operands.
bool read_operands(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  if (name == "sed") {
    read_sed(arguments, reading);
  } else if (is_one_of("grep egrep fgrep zgrep", name)) {
    read_grep(arguments, reading);
  } else if (is_one_of("awk gawk mawk nawk", name)) {
    read_awk(arguments, reading);
  } else if (is_one_of("perl python python3 ruby", name)) {
    read_interpreter(name, arguments, reading);
  } else {
    return read_file_command(name, arguments, reading) || read_wrapper(name, arguments, reading) ||
           read_simple(name, arguments, reading);
  }
  return true;
}

}  // namespace

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

void add_operands(const Arguments& operands, std::size_t from, Deed deed, CommandReading& reading) {
  for (std::size_t i = from; i < operands.size(); ++i) reading.uses.emplace_back(deed, operands[i]);
}

void add_values(const CommandLine& line, const char* option, Deed deed, CommandReading& reading) {
  const auto found = line.options.find(option);
  if (found != line.options.end()) add_operands(found->second, 0, deed, reading);
}

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
  if (!read_operands(name, arguments, reading) && program)
    reading.unread.assign(arguments.begin() + 1, arguments.end());
  return reading;
}

}  // namespace lucie::metapackage
