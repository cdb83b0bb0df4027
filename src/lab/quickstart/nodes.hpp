#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lab/quickstart/journey.hpp"

// What several stages do with the nodes.
namespace lucie::lab {

/// All nodes of the lab, in the order of the definitions.
std::vector<std::string> node_names(const Journey& journey);

/// Asks lucied what the nodes do; journey.nodes has its answer.
void ask_states(Journey& journey);
/// What lucied told of a node last. Throws lucie::Error when it told nothing.
const wire::NodeStatus& state_of(const Journey& journey, const std::string& node);

/// Runs a shell script on a node as its root, by ssh from the server. Exit status 255 is ssh's own: the node
/// cannot be reached.
base::Outcome try_on_node(Journey& journey, const std::string& node, const std::string& script);
/// The same and its output; waits until the node lets us in. Throws lucie::Error when the script fails, or
/// when nobody answered for minutes.
std::string on_node(Journey& journey, const std::string& node, const std::string& script);

/// Arms the nodes with `lucie install NODES OPTIONS…`, calls `boot`, which makes them boot, and shows what
/// they do until each has started from its own disk. Throws when one fails, or when a machine of the lab
/// ends.
void install_and_boot(Journey& journey, const std::vector<std::string>& nodes,
                      const std::vector<std::string>& options, const std::function<void()>& boot);

}  // namespace lucie::lab
