#include "base/fill.hpp"

#include <fmt/format.h>
#include <vector>

#include "base/error.hpp"
#include "base/names.hpp"

namespace lucie::base {

std::string fill(std::string_view text, const std::map<std::string, std::string>& fields) {
  std::string filled;
  std::size_t done = 0;
  for (auto start = text.find("@{"); start != std::string_view::npos; start = text.find("@{", done)) {
    const auto end = text.find('}', start);
    if (end == std::string_view::npos) break;
    const std::string name(text.substr(start + 2, end - start - 2));
    const auto field = fields.find(name);
    if (field == fields.end()) {
      std::vector<std::string> known;
      for (const auto& [key, value] : fields) known.push_back(key);
      Error error(fmt::format("the text uses unknown field '{}'", name));
      throw error.hint(did_you_mean(name, known));
    }
    filled += text.substr(done, start - done);
    filled += field->second;
    done = end + 1;
  }
  return filled += text.substr(done);
}

}  // namespace lucie::base
