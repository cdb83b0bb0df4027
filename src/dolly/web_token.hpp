#pragma once

#include <string>

namespace lucie::dolly {

/// What tells an HTTP server of the ring that who asks has the ring's key (X-Lucie-Token). Empty without a
/// key.
std::string web_token(const std::string& key);

}  // namespace lucie::dolly
