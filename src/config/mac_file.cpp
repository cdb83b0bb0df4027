#include "config/mac_file.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "config/cluster.hpp"

namespace lucie::config {

std::map<std::string, std::string> read_mac_file(const std::filesystem::path& file,
                                                 std::vector<Fault>& faults) {
  constexpr std::size_t most_bytes = 64U << 20;
  std::map<std::string, std::string> addresses;
  const std::string content = base::read_file(file, most_bytes);
  int number = 0;
  for (const std::string& line : base::split(content, '\n')) {
    ++number;
    const std::string_view text = base::trim(line);
    if (text.empty() || text.starts_with('#')) continue;
    const auto comma = text.find(',');
    const std::string host(base::trim(text.substr(0, comma)));
    const std::string mac =
        comma == std::string_view::npos ? "" : normal_mac(base::trim(text.substr(comma + 1)));
    if (!base::is_host_name(host) || mac.empty()) {
      faults.push_back(
          {{file.string(), number, 0}, "this line is not HOST,MAC", "as in cnode00,52:54:00:12:34:01"});
    } else if (!addresses.emplace(host, mac).second) {
      faults.push_back(
          {{file.string(), number, 0}, fmt::format("host '{}' stands a second time in this file", host), ""});
    }
    if (faults.size() > 1000) break;  // it is some other file
  }
  return addresses;
}

}  // namespace lucie::config
