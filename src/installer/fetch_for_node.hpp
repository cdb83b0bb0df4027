#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "installer/modules/module_program.hpp"

namespace lucie::installer {

/// Fetches an address of the slice with the node's token, handing out the bytes as they arrive. Throws
/// EnvironmentError when the server does not answer or does not have it.
void fetch_for_node(const ModuleContext& context, const std::string& url,
                    const std::function<void(std::string_view)>& receive);

/// The whole of it.
std::string fetch_for_node(const ModuleContext& context, const std::string& url);

}  // namespace lucie::installer
