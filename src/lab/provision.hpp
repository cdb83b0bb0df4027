#pragma once

#include <filesystem>

#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "lab/lab.hpp"

namespace lucie::lab {

/// The definitions of a cluster for the lab. Throws FaultsError with every fault.
config::Cluster read_definitions(const std::filesystem::path& file);

/// The root and everything else that a lab of this cluster needs, from the debs in `debs` (lucie-server,
/// lucie-lmp), in the cache. Root permission is needed.
Plan prepare(const config::Cluster& cluster, const std::filesystem::path& debs,
             const std::filesystem::path& cache, base::Reporter& reporter);

/// Installs Lucie's own packages in the server.
void install_lucie(const Server& server, const std::filesystem::path& debs);

/// Copies the administrator's own modules, modules.d beside the definitions, into a folder that stands for
/// /etc/lucie.
void copy_modules(const std::filesystem::path& definitions, const std::filesystem::path& etc);

/// Puts the definitions (the file and what it includes) and the modules in modules.d beside them into the
/// server's /etc/lucie, the file as lucie.conf.
void install_definitions(const Server& server, const std::filesystem::path& file);

/// Brings the sources of datasets into the server: this machine's file of that name or, where it has none, a
/// stand-in of 256 MiB of random bytes.
void install_datasets(const Server& server, const config::Cluster& cluster);

/// Makes a key pair for root of the server and, when no installer's definition has keys, appends one that
/// lets root of the server log in to the nodes.
void install_key(const Server& server, const config::Cluster& cluster);

/// Copies a repository made by `lmp publish` to /srv/lmp of the server and names it to apt. `keyring`: the
/// public key that signed it.
void install_repository(const Server& server, const std::filesystem::path& repository,
                        const std::filesystem::path& keyring);

}  // namespace lucie::lab
