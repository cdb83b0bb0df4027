#pragma once

#include <filesystem>
#include <string>

#include "lab/node/firmware.hpp"
#include "lab/plan.hpp"

namespace lucie::lab {

/// What a node boots, and with what.
struct World {
  const Plan& plan;
  const Machine& machine;
  std::string loop_device;  ///< of its disk: "loop7"
  Firmware::Result boot;
};

/// Called in the node's first process, in namespaces of its own: makes the node's file systems and becomes
/// its first program. Told to install, that is the NFS root's own (node-init) on the NFS root, read-only;
/// otherwise the init system that is on the disk. Nothing of the machine stays visible but its kernel's /proc
/// and /sys, of which the node gets those parts that would change the machine read-only or not at all.
/// Throws lucie::Error when there is nothing to boot.
[[noreturn]] void become_node(const World& world);

}  // namespace lucie::lab
