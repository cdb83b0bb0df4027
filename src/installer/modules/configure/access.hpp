#pragma once

#include "installer/kernel_command_line.hpp"
#include "installer/modules/module_program.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {

/// root's password (none: no login by password) and the keys that may log in as root by ssh.
void set_root_access(const TargetRoot& root, const wire::Slice& slice);

/// The node's static address, by systemd-networkd where the node has it.
void set_network(const TargetRoot& root, const wire::Slice& slice, base::Reporter& reporter);

/// A login on each serial line that the installer's kernel has a console on.
void enable_serial_logins(const TargetRoot& root, const KernelCommandLine& command_line,
                          base::Reporter& reporter);

}  // namespace lucie::installer
