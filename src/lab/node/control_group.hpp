#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "lab/plan.hpp"

namespace lucie::lab {

/// The control group (cgroups(7), version 2) that a node's init system rules: systemd cannot work without
/// one. Nobody removes such groups by itself, so the lab has a sweeper.
class ControlGroup {
 public:
  /// Mounts the hierarchy at `place`, in our own mount namespace, and makes the lab's group and in it the
  /// machine's, empty.
  ControlGroup(const Plan& plan, const Machine& machine, const std::filesystem::path& place);

  /// Removes what the node's last boot made in it.
  void clear() const;
  /// Puts this process into it and makes it the root of the hierarchy for its children.
  void enter() const;

 private:
  std::filesystem::path folder_;
};

/// Raises the kernel's limit for the nodes of the lab in `state`, waits until the process `keeper` has ended,
/// sets the limit back and removes the lab's control groups. Returns an exit status. Nothing that kills a lab
/// kills this, so that none of it stays.
int sweep(const std::filesystem::path& state, pid_t keeper);

}  // namespace lucie::lab
