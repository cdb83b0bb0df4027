#pragma once

#include "installer/modules/module_program.hpp"

namespace lucie::installer {

/// Fetches the node's secure shell host keys, which lucied keeps, and puts them into its root. Done by
/// `extrbase`, so that packages find them when they are configured and make none, and again by `configure`,
/// which may run without it. Throws lucie::Error when they cannot be had: a node that goes on without them
/// would be somebody else to those who know it.
void put_host_keys(const ModuleContext& context);

}  // namespace lucie::installer
