#pragma once

#include <map>
#include <string>

#include "installer/kernel_command_line.hpp"
#include "installer/modules/module_program.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {

/// The environment of one LMP's configuration scripts: LUCIE_HOST, LUCIE_GROUP, LUCIE_INSTALLER, the empty
/// LUCIE_TARGET, LUCIE_ANSWER_… of the LMP's answers (letters that no shell variable may have become `_`),
/// and what boot loaders need: LUCIE_DISK, LUCIE_LABEL, LUCIE_KERNEL_OPTIONS, LUCIE_CONSOLES.
std::map<std::string, std::string> script_environment(const wire::Slice& slice, const std::string& lmp,
                                                      const std::string& disk,
                                                      const KernelCommandLine& command_line);

/// Runs the scripts of the archive (LMP/NAME) in the slice's order in the node's root. `in_target` runs its
/// arguments there. Throws lucie::Error with the script's name, how it ended and its last lines at the first
/// that fails; the scripts behind it are not run.
void run_scripts(const TargetRoot& root, const std::string& archive, const ModuleContext& context);

}  // namespace lucie::installer
