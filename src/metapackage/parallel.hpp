#pragma once

#include <cstddef>
#include <functional>

namespace lucie::metapackage {

/// Calls `work` for 0 to `count` - 1 on as many threads as the machine has processors, and returns when all
/// of them are done. When some throw, the exception of the lowest number is thrown on.
void in_parallel(std::size_t count, const std::function<void(std::size_t number)>& work);

}  // namespace lucie::metapackage
