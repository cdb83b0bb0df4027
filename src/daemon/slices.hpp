#pragma once

#include "base/clock.hpp"
#include "daemon/boot.hpp"
#include "daemon/snapshot.hpp"
#include "wire/slice.hpp"

namespace lucie::daemon {

/// What the host is told when it is installed with `installer`. Throws lucie::Error when the compiled cluster
/// lacks a part of it.
wire::Slice make_slice(const Snapshot& snapshot, const config::Host& host, const std::string& installer,
                       const Endpoint& endpoint, base::SystemTime now);

}  // namespace lucie::daemon
