#pragma once

#include <string>
#include <vector>

namespace lucie::lab {

/// The command line that runs `argv` in a process and mount namespace of its own, with the machine's files
/// and network: when it is killed, everything that it started dies with it and its mounts are gone.
std::vector<std::string> contained(const std::vector<std::string>& argv);

}  // namespace lucie::lab
