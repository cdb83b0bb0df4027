#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "daemon/snapshot.hpp"

/// The tar archives that a node fetches, made when it asks.
namespace lucie::daemon {

/// The moment that stamps their files: what is served changes when a cluster is compiled. Seconds since 1970.
std::int64_t made(const Snapshot& snapshot);

/// The host's files of all its LMPs, templates expanded, sorted by path, then their agents
/// (usr/lib/lucie/agents/LMP/NAME); paths relative to the node's root.
/// `etc`: LUCIE_ETC, for the administrator's own templates. Throws FaultsError when a template cannot be
/// expanded.
std::string overlay_tar(const Snapshot& snapshot, const config::Host& host, const std::filesystem::path& etc);

/// `LMP/SCRIPT`, mode 0755.
std::string scripts_tar(const Snapshot& snapshot, const config::Host& host);

/// `LMP/NAME` for the modules and hooks that its LMPs bring, `modules.d/NAME` for those of
/// /etc/lucie/modules.d; mode 0755.
std::string modules_tar(const Snapshot& snapshot, const config::Host& host, const std::filesystem::path& etc);

}  // namespace lucie::daemon
