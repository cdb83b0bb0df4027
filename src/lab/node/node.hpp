#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lab/plan.hpp"

namespace lucie::lab {

/// The command line, in the lab's namespaces, of a node made of namespaces: what QEMU is for a machine.
std::vector<std::string> node_command(const Plan& plan, const Machine& machine);

/// Is that node's power supply, disk, serial line and network card until it switches itself off or SIGTERM
/// pulls the plug. Each boot asks the network what to boot, as a machine's boot ROM does, and runs it in
/// network, mount, process, IPC, host name and control group namespaces of its own; a reboot boots again.
/// Killed in whatever way, nothing of the node stays. Returns an exit status.
int run_node(const std::filesystem::path& state, const std::string& name);

}  // namespace lucie::lab
