#pragma once

#include <string>
#include <vector>

namespace lucie::config {

/// The modules that every NFS root has (lucie-modules(7)): those of `full`, and those for who names them.
std::vector<std::string> shipped_modules();

}  // namespace lucie::config
