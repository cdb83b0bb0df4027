#pragma once

#include <filesystem>

#include "base/paths.hpp"
#include "base/reporter.hpp"

namespace lucie::setup {

/// What firmware and iPXE ask for by TFTP, put into STATE/tftp: iPXE for BIOS and UEFI, and on UEFI the
/// loader that goes on with the node's own disk (own-disk.efi, GRUB with templates/grub/own-disk.cfg). For
/// what is not installed on this machine there is a warning that says which nodes cannot boot without it.
void install_boot_loaders(const base::Paths& paths, base::Reporter& reporter);

}  // namespace lucie::setup
