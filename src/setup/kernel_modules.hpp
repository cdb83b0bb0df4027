#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lucie::setup {

/// The modules to load before the NFS root is there: those of `modules_dep` (text of modules.dep, paths
/// relative to /lib/modules/VERSION) whose path begins with `kernel/` and one of `wanted`, and what these
/// need. Sorted. A wanted path that no module has is no fault: it may be built into the kernel.
std::vector<std::string> needed_modules(std::string_view modules_dep, const std::vector<std::string>& wanted);

/// The lines of modules.dep that are about `modules`.
std::string dependencies_of(std::string_view modules_dep, const std::vector<std::string>& modules);

/// The lines of modules.alias that lead to `modules`.
std::string aliases_of(std::string_view modules_alias, const std::vector<std::string>& modules);

/// "virtio_net" from "kernel/drivers/net/virtio-net.ko.xz".
std::string module_name(std::string_view path);

}  // namespace lucie::setup
