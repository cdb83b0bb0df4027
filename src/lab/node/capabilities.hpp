#pragma once

#include <string>

namespace lucie::lab {

/// Takes from this process, and all that it starts, what would reach beyond a node made of namespaces: the
/// machine's clock, kernel modules, ports and kernel log.
void drop_machine_capabilities();

/// The same as setpriv(1) wants it for its option --bounding-set.
std::string machine_capabilities();

}  // namespace lucie::lab
