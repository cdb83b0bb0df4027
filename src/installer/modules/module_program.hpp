#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/reporter.hpp"
#include "wire/slice.hpp"

namespace lucie::installer {

/// What a shipped module works with.
struct ModuleContext {
  wire::Slice slice;
  std::filesystem::path target;  ///< LUCIE_TARGET: where the node's file systems are mounted
  std::filesystem::path run;     ///< LUCIE_RUN
  std::string token;             ///< LUCIE_TOKEN, for what is fetched below /v1/nodes
  bool dry_run = false;          ///< --dry-run: say what would be done
  base::Reporter& reporter;      ///< notes are log lines
};

/// One of the modules that a multi-call program is made of.
struct ShippedModule {
  std::string_view name;
  std::string_view description;  ///< the JSON of --describe (lucie-modules(7))
  void (*run)(ModuleContext& context);
  bool takes_dry_run = false;
};

/// main() of a multi-call program: the module is the name that it was started by, or the first argument.
/// Returns the exit status; what a module throws is told on standard error.
int run_shipped_module(std::span<const ShippedModule> modules, int argc, char** argv);

}  // namespace lucie::installer
