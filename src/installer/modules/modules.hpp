#pragma once

#include "installer/modules/module_program.hpp"

/// The shipped modules, each with its code in the folder of its name.
namespace lucie::installer {

extern const ShippedModule init_module;
extern const ShippedModule partition_module;
extern const ShippedModule mount_module;
extern const ShippedModule dolly_module;
extern const ShippedModule extrbase_module;
extern const ShippedModule install_module;
extern const ShippedModule configure_module;
extern const ShippedModule finalize_module;

}  // namespace lucie::installer
