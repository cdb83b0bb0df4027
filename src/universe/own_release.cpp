#include "universe/own_release.hpp"

#include <map>

#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::universe {

OwnRelease own_release() {
  std::map<std::string, std::string> values;
  for (const std::string& line : base::split(base::read_file("/etc/os-release"), '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    values[line.substr(0, equals)] = value;
  }
  return {values["ID"] + "-" + values["VERSION_ID"], values["VERSION_CODENAME"]};
}

}  // namespace lucie::universe
