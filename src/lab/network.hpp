#pragma once

#include <cstddef>
#include <string>

#include "lab/plan.hpp"

namespace lucie::lab {

/// The lab's bridge.
constexpr const char* bridge_name = "lucie0";

/// In our own network namespace: loopback up, a bridge with the server's address, one tap for each machine in
/// QEMU.
/// The bridge has an IPv6 address too: iPXE waits 13 s for a router when nobody answers.
void make_network(const Plan& plan);

/// The tap of the machine with that number in the plan.
std::string tap_name(std::size_t number);

}  // namespace lucie::lab
