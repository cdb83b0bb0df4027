#pragma once

#include "lab/plan.hpp"

namespace lucie::lab {

/// Mounts the server's root at `plan.server_root()`, in our own mount namespace: a copy-on-write view of the
/// clean root with /proc, /sys, /dev and /run of its own; /var/lib/lucie, /srv and /tmp on the plain file
/// system at `plan.mount_point()` (nfs-ganesha cannot export an overlay); the cache bound in.
void mount_server_root(const Plan& plan);

/// Writes what makes it that server: host name, /etc/hosts, no name servers, no starting of services by
/// packages.
void identify_server(const Plan& plan);

}  // namespace lucie::lab
