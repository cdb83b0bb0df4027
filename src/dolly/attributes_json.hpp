#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "dolly/attributes.hpp"

/// Attributes as they stand in offers and in the lists of trees.
namespace lucie::dolly {

nlohmann::json to_json(const Attributes& attributes);
/// Throws lucie::Error or nlohmann::json::exception.
Attributes attributes_from_json(const nlohmann::json& record);

/// Bytes that need not be UTF-8, such as names of files.
nlohmann::json json_of_bytes(const std::string& bytes);
/// Throws lucie::Error or nlohmann::json::exception.
std::string bytes_of_json(const nlohmann::json& record);

}  // namespace lucie::dolly
