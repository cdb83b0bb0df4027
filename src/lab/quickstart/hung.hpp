#pragma once

#include <chrono>
#include <map>
#include <string>

#include "lab/quickstart/journey.hpp"

namespace lucie::lab {

/// True for a console's line that a boot loader wrote when it started the kernel ("Loading initial ramdisk
/// ..."), or the kernel in its first seconds ("[    2.133937] tsc: …").
bool is_of_a_start(std::string_view line);

/// An emulated processor now and then makes a kernel stop for good while it starts. Such a machine says
/// nothing any more and never will; it is switched off and on, as an administrator would do.
class HungMachines {
 public:
  explicit HungMachines(Journey& journey) : journey_(journey) {}

  /// To be called again and again for a node that is not there yet.
  void look_at(const std::string& node);

 private:
  struct Seen {
    std::uintmax_t size = 0;  ///< of the console's log
    std::chrono::steady_clock::time_point since;
  };
  Journey& journey_;
  std::map<std::string, Seen> seen_;
};

}  // namespace lucie::lab
