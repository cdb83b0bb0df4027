#pragma once

#include <string>

namespace lucie::lab {

/// Writes a line where a node's firmware writes: standard output, which is its serial line. A line that was
/// hung up is no reason to stop.
void say(const std::string& line);

}  // namespace lucie::lab
