#include "universe/control_text.hpp"

#include <strings.h>

#include "base/text.hpp"

namespace lucie::universe {
namespace {

std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

bool begins_field(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         strncasecmp(line.data(), name.data(), name.size()) == 0;
}

bool continues(std::string_view text) {
  return !text.empty() && (text[0] == ' ' || text[0] == '\t');
}

}  // namespace

std::string_view field(std::string_view stanza, std::string_view name) {
  for (std::string_view rest = stanza; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (!begins_field(line, name)) continue;
    const char* const begin = line.data() + name.size() + 1;
    std::string_view last = line;
    while (continues(rest)) last = take_line(rest);
    return base::trim(std::string_view(begin, static_cast<std::size_t>(last.data() + last.size() - begin)));
  }
  return {};
}

std::vector<std::string_view> field_lines(std::string_view stanza, std::string_view name) {
  std::vector<std::string_view> lines;
  for (std::string_view rest = field(stanza, name); !rest.empty();) {
    const std::string_view line = base::trim(take_line(rest));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

void for_each_stanza(std::string_view text, const std::function<void(std::string_view)>& visit) {
  while (!text.empty()) {
    if (text[0] == '\n' || text[0] == '\r') {
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find("\n\n");
    visit(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace lucie::universe
