#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "installer/module.hpp"

namespace lucie::installer {

/// For each module of the list, by index: those that must have ended before it starts. They all stand before
/// it in the list, so the list itself is one possible order; modules that do not wait for each other may run
/// side by side.
using Order = std::vector<std::set<std::size_t>>;

/// Works out who waits for whom from what the modules need and produce. A need that no module before it
/// produces, an order that the list makes impossible and a module listed twice are appended as faults.
Order order_modules(const std::vector<Module>& modules, std::vector<Fault>& faults);

}  // namespace lucie::installer
