#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/cluster.hpp"
#include "config/schema.hpp"

/// Single values of the definition language. The readers give nothing for text that is no such value.
namespace lucie::config {

/// Bytes of `512M`, `20G` (binary units K, M, G, T).
std::optional<std::uint64_t> parse_size(std::string_view text);
/// `30s`, `5m`, `2h`.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
/// yes, no, 1, 0, true, false.
std::optional<bool> parse_boolean(std::string_view text);
/// A decimal number up to 9 digits.
std::optional<int> parse_number(std::string_view text);

/// An IPv4 address in the order of the host; four decimal numbers without leading zeros.
std::optional<std::uint32_t> parse_address(std::string_view text);
std::string format_address(std::uint32_t address);
/// A network mask: ones, then zeros; between /1 and /30.
std::optional<std::uint32_t> parse_mask(std::string_view text);

/// `MOUNT SIZE FILESYSTEM [OPTIONS]`; on failure nothing, and `why` says why.
std::optional<Partition> parse_partition(std::string_view text, std::string& why);

/// `MODULE VALUE` of timeouts and retries, cut in two.
std::pair<std::string, std::string> module_and_value(std::string_view text);

/// Why the text is no value of that attribute, to follow "attribute 'x': "; empty when it is one.
std::string why_not(const AttributeSchema& attribute, std::string_view text);

}  // namespace lucie::config
