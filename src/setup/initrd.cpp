#include "setup/initrd.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "setup/cpio.hpp"
#include "setup/kernel_modules.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// Runs of digits as numbers, the rest as text, so that 6.1.0-9 comes before 6.1.0-28.
bool older(const std::string& left, const std::string& right) {
  return strverscmp(left.c_str(), right.c_str()) < 0;
}

/// Lines of a list without comments and blanks.
std::vector<std::string> read_list(const fs::path& file) {
  std::vector<std::string> items;
  for (const std::string& line : base::split(base::read_file(file), '\n')) {
    const std::string item(base::trim(line.substr(0, line.find('#'))));
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

fs::path find_busybox(const fs::path& root) {
  for (const char* place : {"bin/busybox", "usr/bin/busybox"}) {
    if (fs::exists(root / place)) return root / place;
  }
  throw EnvironmentError(fmt::format("{}: no busybox for the initrd", root.string()));
}

void add_modules(CpioWriter& writer, const Kernel& kernel, const fs::path& templates) {
  const std::string dep = base::read_file(kernel.modules / "modules.dep");
  const auto modules = needed_modules(dep, read_list(templates / "initrd/modules"));
  const std::string folder = "lib/modules/" + kernel.version + "/";
  const auto add = [&](const std::string& path, const std::string& content) {
    writer.add_parents(folder + path);
    writer.add_file(folder + path, content);
  };
  add("modules.dep", dependencies_of(dep, modules));
  add("modules.alias", aliases_of(base::read_file(kernel.modules / "modules.alias"), modules));
  for (const std::string& module : modules) add(module, base::read_file(kernel.modules / module));
}

}  // namespace

Kernel find_kernel(const fs::path& root) {
  std::vector<std::string> versions;
  const std::string start = "vmlinuz-";
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(root / "boot", missing)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(start)) versions.push_back(name.substr(start.size()));
  }
  if (versions.empty()) {
    Error error(fmt::format("{}: no kernel in it", root.string()));
    throw error.hint("the installer's kernel_package must name a package with /boot/vmlinuz-…");
  }
  const std::string newest = *std::max_element(versions.begin(), versions.end(), older);
  return {newest, root / "boot" / (start + newest), root / "lib/modules" / newest};
}

std::string make_initrd(const fs::path& root, const fs::path& templates) {
  CpioWriter writer;
  for (const char* folder : {"bin", "dev", "etc", "lib", "proc", "run", "sys", "newroot"}) {
    writer.add_directory(folder);
  }
  writer.add_character_device("dev/console", 5, 1);
  writer.add_file("bin/busybox", base::read_file(find_busybox(root)), 0755);
  writer.add_symlink("bin/sh", "busybox");
  writer.add_file("init", base::read_file(templates / "initrd/init"), 0755);
  writer.add_file("etc/udhcpc", base::read_file(templates / "initrd/udhcpc"), 0755);
  add_modules(writer, find_kernel(root), templates);
  return writer.finish();
}

void write_compressed(const std::string& archive, const fs::path& file) {
  const std::string packed =
      base::run_or_throw({.argv = {"zstd", "-q", "-9", "-T0", "--stdout"}, .input = archive});
  base::write_file(file, packed);
}

}  // namespace lucie::setup
