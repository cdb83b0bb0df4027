#include "base/netmask.hpp"

#include <arpa/inet.h>
#include <bit>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::base {

int prefix_length(const std::string& netmask) {
  in_addr address{};
  const bool valid = inet_pton(AF_INET, netmask.c_str(), &address) == 1;
  const std::uint32_t bits = ntohl(address.s_addr);
  if (!valid || std::countl_one(bits) != std::popcount(bits))
    throw Error(fmt::format("'{}' is no netmask", netmask));
  return std::popcount(bits);
}

}  // namespace lucie::base
