#pragma once

#include "lab/server.hpp"

namespace lucie::lab {

/// QEMU's command line for a machine of the plan: empty disk, network boot first and then the disk, serial
/// console on a socket and in a log file. TCG only, so that it is the same everywhere.
std::vector<std::string> machine_command(const Plan& plan, const Machine& machine);

/// Switches a machine on: makes its disk if there is none and starts QEMU in the lab. Nothing happens when it
/// is on.
void power_on(const Server& server, const Machine& machine);
/// Pulls the plug. The disk keeps what was written.
void power_off(const Server& server, const Machine& machine);
bool is_on(const Plan& plan, const Machine& machine);

}  // namespace lucie::lab
