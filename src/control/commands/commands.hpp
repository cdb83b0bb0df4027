#pragma once

#include <memory>

#include "cli/program.hpp"
#include "control/client.hpp"

namespace lucie::control {

std::unique_ptr<cli::Command> make_agents_command();
std::unique_ptr<cli::Command> make_disarm_command();
std::unique_ptr<cli::Command> make_events_command();
std::unique_ptr<cli::Command> make_install_command();
std::unique_ptr<cli::Command> make_logs_command();
std::unique_ptr<cli::Command> make_nodes_command();
std::unique_ptr<cli::Command> make_status_command();
std::unique_ptr<cli::Command> make_wait_command();

/// lucied of this machine (LUCIE_RUN).
Client own_client();

/// Names of nodes, to complete a word with; none when lucied is not there.
std::vector<std::string> node_names();

/// A NODESET that something is done to: an empty one, as of an unset shell variable, is a UsageError and
/// never means every node.
const std::string& named_nodes(const std::string& node_set);

/// The help of every NODESET.
inline const char* const node_set_help =
    "nodes: names, ranges like cnode[00-15], @HOST_GROUP, all; commas between";

}  // namespace lucie::control
