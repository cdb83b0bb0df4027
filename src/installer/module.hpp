#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace lucie::installer {

/// What a module says of itself when it is run as `MODULE --describe` (lucie-modules(7)). The words of needs,
/// after and produces are names such as "disk", "target", "base".
struct Description {
  /// Must be there before it runs: some module before it in the list produces it.
  std::vector<std::string> needs;
  /// If a module of the list produces it, that one runs first ("all": every module before it in the list).
  std::vector<std::string> after;
  /// What is there when it has run.
  std::vector<std::string> produces;
  /// A module that says neither needs nor after waits for all modules before it in the list.
  bool waits_for_all = false;
  /// A module that does not say what it produces is waited for by all modules behind it.
  bool holds_all = false;
  double weight = 1;  ///< its share of the progress
  std::chrono::seconds time_limit = std::chrono::hours(1);
  int retries = 0;  ///< tries after the first one
};

/// Reads the JSON of `--describe`; `name` stands in the errors. Throws lucie::Error for text that is no such
/// record, for unknown keys and for values of the wrong kind.
Description description_from_json(const std::string& text, const std::string& name);
std::string to_json(const Description& description);

struct Module {
  std::string name;
  std::filesystem::path program;
  std::vector<std::filesystem::path> before, after;  ///< hooks NAME.before and NAME.after
  Description description;
};

/// Finds the programs of the modules in `folders` and in their subfolders; a later folder wins, so an
/// administrator's own module replaces a shipped one; hooks of all folders are kept. Modules without a
/// program are faults. Descriptions are not asked for.
std::vector<Module> find_modules(const std::vector<std::string>& names,
                                 const std::vector<std::filesystem::path>& folders,
                                 std::vector<Fault>& faults);

/// Runs `PROGRAM --describe` of each with `environment` added to ours. A program that fails or says something
/// else is a fault.
void describe_modules(std::vector<Module>& modules, const std::map<std::string, std::string>& environment,
                      std::vector<Fault>& faults);

}  // namespace lucie::installer
