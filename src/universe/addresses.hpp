#pragma once

#include <string>
#include <vector>

#include "config/cluster.hpp"

namespace lucie::universe {

/// `uri` and mirrors of a package server, each ending in '/', as libcurl wants them. Throws lucie::Error for
/// addresses that cannot be fetched from (cdrom:, ssh: …), and when there is none.
std::vector<std::string> server_roots(const config::PackageServer& server);

/// True when all roots are file: addresses.
bool all_local(const std::vector<std::string>& roots);

/// Throws lucie::Error for a server that is neither signed nor trusted nor a folder of this machine.
void require_signature(const config::PackageServer& server, const std::vector<std::string>& roots);

/// What a server said when it was last asked, so that it may answer "unchanged" the next time.
struct Validators {
  std::string etag, last_modified;
};

}  // namespace lucie::universe
