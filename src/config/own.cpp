#include <fstream>

#include "base/text.hpp"
#include "config/cluster.hpp"

namespace lucie::config {
namespace {

/// A value of os-release(5), without its quotes.
std::string os_release(const std::string& key) {
  for (const char* file : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ifstream input(file);
    for (std::string line; std::getline(input, line);) {
      if (!line.starts_with(key + "=")) continue;
      std::string value = line.substr(key.size() + 1);
      std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
      return std::string(base::trim(value));
    }
  }
  return {};
}

}  // namespace

std::string own_target() {
  const std::string id = os_release("ID");
  std::string version = os_release("VERSION_ID");
  if (id != "ubuntu") version = version.substr(0, version.find('.'));
  if (id.empty() || version.empty()) return "debian-12";
  return id + "-" + version;
}

}  // namespace lucie::config
