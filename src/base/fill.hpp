#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lucie::base {

/// A text that Lucie fills in, with its `@{name}` replaced. Throws lucie::Error naming a field that is not in
/// `fields`: a template of the administrator's own may ask for what there is not.
std::string fill(std::string_view text, const std::map<std::string, std::string>& fields);

}  // namespace lucie::base
