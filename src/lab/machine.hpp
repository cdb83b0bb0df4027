#pragma once

#include "lab/server.hpp"

namespace lucie::lab {

/// QEMU's command line for a machine of the plan: its firmware, an empty disk, network boot first and then
/// the disk, serial console on a socket and in a log file. TCG only, so that it is the same everywhere.
std::vector<std::string> machine_command(const Plan& plan, const Machine& machine);

/// Makes a node's disk, and for UEFI the memory of its firmware, in the lab; what is there already stays.
void make_media(const Server& server, const Machine& machine);

}  // namespace lucie::lab
