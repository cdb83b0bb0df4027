#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dolly/offer.hpp"

namespace lucie::dolly {

/// The nodes that `--to` names, in order, each once: names and ranges of names, `@group`, addresses, and
/// NAME=ADDRESS; an address may be followed by `:PORT`. Names that the definitions know get the addresses
/// from there, others are looked up when they are dialled. The default definitions need not be there.
/// Throws lucie::Error.
std::vector<RingNode> recipients(const std::string& expression, const std::filesystem::path& definitions,
                                 bool definitions_needed, std::uint16_t port);

}  // namespace lucie::dolly
