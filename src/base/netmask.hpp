#pragma once

#include <string>

namespace lucie::base {

/// 24 for "255.255.255.0", as CIDR (RFC 4632) writes it. Throws lucie::Error when the text is no IPv4
/// netmask.
int prefix_length(const std::string& netmask);

}  // namespace lucie::base
