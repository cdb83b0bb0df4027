#include "installer/modules/module_program.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"

namespace lucie::installer {
namespace {

/// Standard output, in the form that lucie-installer reads.
class ModuleReporter : public base::Reporter {
 public:
  void progress(const std::string& doing, double fraction) override {
    say(stdout, fmt::format("::progress {:.3f} {}", std::clamp(fraction, 0.0, 1.0), doing));
  }
  void note(const std::string& text) override { say(stdout, text); }
  void warning(const std::string& text) override { say(stdout, "warning: " + text); }

 private:
  void say(FILE* stream, const std::string& text) {
    std::fputs((text + "\n").c_str(), stream);
    std::fflush(stream);
  }
};

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

const ShippedModule& find(std::span<const ShippedModule> modules, const std::string& name) {
  for (const ShippedModule& module : modules) {
    if (module.name == name) return module;
  }
  std::string names;
  for (const ShippedModule& module : modules) names += fmt::format(" {}", module.name);
  throw UsageError(fmt::format("no module '{}' here; there are:{}", name, names));
}

void run_here(const ShippedModule& module, bool dry_run) {
  ModuleReporter reporter;
  const auto run = base::Paths::from_environment().run;
  const std::string slice = variable("LUCIE_SLICE", (run / "slice.json").string());
  ModuleContext context{.slice = wire::slice_from_json(base::read_file(slice)),
                        .target = variable("LUCIE_TARGET", "/target"),
                        .run = run,
                        .token = variable("LUCIE_TOKEN", ""),
                        .dry_run = dry_run,
                        .reporter = reporter};
  module.run(context);
}

ExitStatus dispatch(const ShippedModule& module, const std::vector<std::string>& words) {
  const std::string word = words.empty() ? "" : words.front();
  if (word == "--describe") {
    std::puts(std::string(module.description).c_str());
  } else if (word == "--help") {
    std::puts(fmt::format("Usage: {} [--describe{}]\nA module of lucie-installer; see lucie-modules(7).",
                          module.name, module.takes_dry_run ? " | --dry-run" : "")
                  .c_str());
  } else if (word.empty() || (word == "--dry-run" && module.takes_dry_run)) {
    run_here(module, !word.empty());
  } else {
    throw UsageError(fmt::format("{}: unknown argument '{}'", module.name, word));
  }
  return ExitStatus::success;
}

}  // namespace

int run_shipped_module(std::span<const ShippedModule> modules, int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  std::string name = words.empty() ? "" : std::filesystem::path(words.front()).filename().string();
  if (!words.empty()) words.erase(words.begin());
  try {
    const bool linked = std::any_of(modules.begin(), modules.end(),
                                    [&](const ShippedModule& module) { return module.name == name; });
    if (!linked) {
      if (words.empty()) find(modules, "");
      name = words.front();
      words.erase(words.begin());
    }
    return static_cast<int>(dispatch(find(modules, name), words));
  } catch (const FaultsError& error) {
    std::fputs(render_faults(error.faults()).c_str(), stderr);
    return static_cast<int>(error.status());
  } catch (const Error& error) {
    std::fputs(render_fault(error.fault()).c_str(), stderr);
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    std::fputs(render_fault({.message = error.what()}).c_str(), stderr);
    return static_cast<int>(ExitStatus::environment);
  }
}

}  // namespace lucie::installer
