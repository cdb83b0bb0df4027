// Modules that fetch from the server.
#include <array>

#include "installer/modules/modules.hpp"

int main(int argc, char** argv) {
  using namespace lucie::installer;
  const std::array modules = {extrbase_module, dolly_module, configure_module};
  return run_shipped_module(modules, argc, argv);
}
