#include "setup/boot_loaders.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/process.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

constexpr const char* k_grub_modules = "/usr/lib/grub/x86_64-efi";

void copy_if_other(const fs::path& source, const fs::path& place) {
  const std::string content = base::read_file(source);
  if (!fs::exists(place) || base::read_file(place) != content) base::write_file(place, content);
}

void install_ipxe(const fs::path& tftp, base::Reporter& reporter) {
  for (const char* name : {"undionly.kpxe", "snponly.efi"}) {
    const fs::path source = fs::path("/usr/lib/ipxe") / name;
    if (fs::exists(source)) {
      copy_if_other(source, tftp / name);
    } else {
      reporter.warning(fmt::format("{} is missing (package ipxe): only nodes whose firmware is iPXE can boot",
                                   source.string()));
    }
  }
}

/// iPXE itself cannot start a disk on UEFI.
void install_disk_loader(const fs::path& tftp, const fs::path& configuration, base::Reporter& reporter) {
  if (base::find_in_path("grub-mkimage").empty() || !fs::is_directory(k_grub_modules)) {
    reporter.warning(
        "GRUB is missing (packages grub-common and grub-efi-amd64-bin): nodes with UEFI start from their own "
        "disk only when their firmware goes on to it by itself");
    return;
  }
  const base::TemporaryDirectory beside(".own-disk-", tftp);
  const fs::path made = beside.path() / "own-disk.efi";
  base::run_or_throw(
      {.argv = {"grub-mkimage",   "--directory", k_grub_modules, "--format", "x86_64-efi", "--prefix",
                "/none",          "--config",    configuration,  "--output", made,         "boot",
                "chain",          "fat",         "normal",       "part_gpt", "part_msdos", "search",
                "search_fs_file", "test"}});
  copy_if_other(made, tftp / "own-disk.efi");
}

}  // namespace

void install_boot_loaders(const base::Paths& paths, base::Reporter& reporter) {
  const fs::path tftp = paths.state / "tftp";
  install_ipxe(tftp, reporter);
  install_disk_loader(tftp, paths.templates / "grub/own-disk.cfg", reporter);
}

}  // namespace lucie::setup
