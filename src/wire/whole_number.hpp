#pragma once

#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"

namespace lucie::wire {

/// A number of JSON as one of that type. The library itself makes any number of 1e30, -1 and 70000 where a
/// small or a whole one is asked for. Throws lucie::Error for these, and what the library throws for what is
/// no number.
template <std::integral Number>
Number whole_number(const nlohmann::json& value) {
  const bool fits = value.is_number_unsigned()  ? std::in_range<Number>(value.get<std::uint64_t>())
                    : value.is_number_integer() ? std::in_range<Number>(value.get<std::int64_t>())
                                                : !value.is_number();
  if (fits) return value.get<Number>();
  throw Error(fmt::format("{} is no whole number from {} to {}", value.dump(),
                          std::numeric_limits<Number>::min(), std::numeric_limits<Number>::max()));
}

}  // namespace lucie::wire
