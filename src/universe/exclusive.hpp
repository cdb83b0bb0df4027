#pragma once

#include <functional>
#include <vector>

#include "universe/package_pool.hpp"
#include "universe/universe.hpp"

namespace lucie::universe {

/// Finds the lists that exclude each other; `closures`: what the solver installed of each alone.
///
/// What two closures hold together meets all dependencies, so it is a proof that the lists fit, unless two of
/// its packages exclude each other. Only pairs with such packages are looked into: those in which both bring
/// what the other excludes whatever is chosen exclude each other; the rest are asked about many at a time,
/// since what can be installed all together holds no such pair.
ComparedPairs compare_pairs(const PackagePool& pool, const std::vector<WantedList>& lists,
                            const std::vector<std::vector<Id>>& closures);

}  // namespace lucie::universe
