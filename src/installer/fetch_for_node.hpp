#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "installer/modules/module_program.hpp"

namespace lucie::installer {

/// A server that does not answer is asked again after 1, 2, 4 … seconds, up to this pause: hundreds of nodes
/// ask at once, and lucied may be restarted meanwhile.
constexpr std::chrono::seconds longest_fetch_pause{8};

/// Fetches an address of the slice with the node's token, handing out the bytes as they arrive. Throws
/// EnvironmentError when the server does not have it, does not answer in spite of several tries, or breaks
/// off in the middle.
void fetch_for_node(const ModuleContext& context, const std::string& url,
                    const std::function<void(std::string_view)>& receive);

/// The whole of it.
std::string fetch_for_node(const ModuleContext& context, const std::string& url);

}  // namespace lucie::installer
