#include "dolly/web_token.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {

std::string web_token(const std::string& key) {
  // Another purpose than any that a handshake proves.
  return key.empty()
             ? std::string()
             : base::to_hex(base::hmac_sha256(key, fmt::format("dollyplus {} http", protocol_version)));
}

}  // namespace lucie::dolly
