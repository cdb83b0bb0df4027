#pragma once

#include <string>
#include <vector>

namespace lucie::installer {

/// A value of the slice for modules that are not written in C++: `key` is a name ("address") or several with
/// slashes between ("answers/ssh/port"). A list gives one entry an element, an object its keys. Throws
/// lucie::Error when there is no such value.
std::vector<std::string> slice_value(const std::string& slice_json, const std::string& key);

}  // namespace lucie::installer
