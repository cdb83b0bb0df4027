// Modules that work on the node alone; a program of their own, so that they start without libcurl and all
// that comes with it.
#include <array>

#include "installer/modules/modules.hpp"

int main(int argc, char** argv) {
  using namespace lucie::installer;
  const std::array modules = {init_module, partition_module, mount_module, install_module, finalize_module};
  return run_shipped_module(modules, argc, argv);
}
