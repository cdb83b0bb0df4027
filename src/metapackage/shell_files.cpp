#include "metapackage/shell_readers.hpp"

/// Commands that copy, write and change files.
namespace lucie::metapackage {
namespace {

using Deed = Use::Deed;
using Arguments = std::vector<Argument>;

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
  // What a symbolic link holds counts from the link's folder.
  const bool symbolic = name == "ln" && (line.has("s") || line.has("symbolic"));
  for (const Argument& source : sources) {
    if (symbolic && (!source.values || !source.values->front().starts_with('/'))) continue;
    reading.uses.emplace_back(name == "mv" ? Deed::edits : Deed::reads, source);
  }
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
  add_operands(line.operands, 0, appends ? Deed::edits : Deed::makes, reading);
}

void read_patch(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line =
      take_apart(arguments, {.with_value = "pidFo", .long_with_value = "input strip directory"});
  add_values(line, "i", Deed::reads, reading);
  add_values(line, "input", Deed::reads, reading);
  if (!line.operands.empty()) reading.uses.emplace_back(Deed::edits, line.operands.front());
}

/// rsync: everything but the last operand is read.
void read_rsync(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(arguments, {.with_value = "eBTf"});
  if (line.operands.size() < 2) return;
  Arguments sources(line.operands.begin(), line.operands.end() - 1);
  add_operands(sources, 0, Deed::reads, reading);
  copied(sources, line.operands.back(), reading);
}

/// crudini --set FILE SECTION NAME VALUE: only the first operand is a file.
void read_crudini(const Arguments& arguments, CommandReading& reading) {
  const CommandLine line = take_apart(arguments, {.long_with_value = "format"});
  if (line.operands.empty()) return;
  const bool changes = line.has("set") || line.has("del") || line.has("merge");
  reading.uses.emplace_back(changes ? Deed::edits : Deed::reads, line.operands.front());
}

}  // namespace

bool read_file_command(const std::string& name, const Arguments& arguments, CommandReading& reading) {
  if (is_one_of("cp mv install ln", name)) {
    read_copy(name, arguments, reading);
  } else if (name == "dd") {
    read_dd(arguments, reading);
  } else if (is_one_of("tee sponge", name)) {
    read_tee(arguments, reading);
  } else if (name == "patch") {
    read_patch(arguments, reading);
  } else if (name == "rsync") {
    read_rsync(arguments, reading);
  } else if (name == "crudini") {
    read_crudini(arguments, reading);
  } else {
    return false;
  }
  return true;
}

}  // namespace lucie::metapackage
