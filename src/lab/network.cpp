#include "lab/network.hpp"

#include <fmt/format.h>

#include "base/process.hpp"

namespace lucie::lab {
namespace {

/// A bridge without an address of its own takes the lowest of its ports', so that it would change whenever a
/// node is switched, and the nodes would send to the old one for a while.
constexpr const char* bridge_address = "02:6c:75:63:69:65";

}  // namespace

std::string tap_name(std::size_t number) {
  return fmt::format("tap{}", number);
}

void make_network(const Plan& plan) {
  std::string batch = "link set lo up\n";
  batch += fmt::format("link add {} address {} type bridge\n", bridge_name, bridge_address);
  batch += fmt::format("address add {}/{} brd + dev {}\n", plan.address, plan.prefix, bridge_name);
  batch += fmt::format("address add fd6c:7563:6965::1/64 dev {} nodad\n", bridge_name);
  batch += fmt::format("link set {} up\n", bridge_name);
  for (std::size_t number = 0; number < plan.machines.size(); ++number) {
    if (plan.machines[number].is_namespace()) continue;  // they plug their own cards in
    batch += fmt::format("tuntap add {} mode tap\n", tap_name(number));
    batch += fmt::format("link set {} master {} up\n", tap_name(number), bridge_name);
  }
  base::run_or_throw({.argv = {"ip", "-batch", "-"}, .input = batch});
}

}  // namespace lucie::lab
