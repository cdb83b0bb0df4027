#pragma once

#include "lab/node/control_group.hpp"
#include "lab/node/world.hpp"

namespace lucie::lab {

/// How a boot ended; the exit status of the process that `boot_once` is called in.
enum class BootEnd : int {
  restart = 10,  ///< the node rebooted
  off = 11,      ///< it switched itself off
};

/// One boot of a node from its boot ROM on, in a process of its own. Messages go to standard output, which is
/// the node's serial line. Without anything to boot, and when the node's first process ends, it stays as it
/// is until the plug is pulled: then it does not return.
BootEnd boot_once(const Plan& plan, const Machine& machine, const std::string& loop_device,
                  const ControlGroup& group);

}  // namespace lucie::lab
