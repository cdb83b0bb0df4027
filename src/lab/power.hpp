#pragma once

#include "lab/server.hpp"

namespace lucie::lab {

/// Switches a machine on: makes its disk if there is none and starts QEMU, or a node of namespaces, in the
/// lab. Nothing happens when it is on.
void power_on(const Server& server, const Machine& machine);
/// Pulls the plug. The disk keeps what was written.
void power_off(const Server& server, const Machine& machine);
bool is_on(const Plan& plan, const Machine& machine);
/// Says which of the lab's nodes is off although nobody switched it off, and what was said last; empty: none.
std::string dead_machine(const Server& server);
/// The first process of a node made of namespaces, as this machine numbers it; 0 when it is off or still
/// asks what to boot.
pid_t first_process(const Plan& plan, const Machine& machine);
/// The command line that runs `argv` on a node made of namespaces, with a clean environment (plus
/// `environment`). Throws lucie::Error when the node is a machine, or when it has not booted.
std::vector<std::string> enter_node(const Plan& plan, const Machine& machine,
                                    const std::vector<std::string>& argv,
                                    const std::map<std::string, std::string>& environment = {});

}  // namespace lucie::lab
