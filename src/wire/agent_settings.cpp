#include "wire/agent_settings.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace lucie::wire {
namespace {

constexpr const char* hint = "lucie-agent(8) describes the file; the installer's module configure writes it";

struct Line {
  std::string key, value;
  Position position;
};

[[noreturn]] void fail(const Position& where, const std::string& message) {
  Error error(message);
  throw error.at(where).hint(hint);
}

std::map<std::string, Line> read_lines(std::string_view text, const std::string& name) {
  static const std::set<std::string> keys = {"host",   "source",   "address", "port",
                                             "server", "interval", "key"};
  std::map<std::string, Line> lines;
  int number = 0;
  for (const std::string& each : base::split(text, '\n')) {
    const Position where{name, ++number, 1};
    const std::string_view line = base::trim(each);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t blank = line.find_first_of(" \t");
    const std::string key(line.substr(0, blank));
    if (!keys.contains(key)) fail(where, fmt::format("unknown key '{}'", base::escape_control(key)));
    const std::string value(blank == std::string_view::npos ? "" : base::trim(line.substr(blank)));
    if (!lines.emplace(key, Line{key, value, where}).second)
      fail(where, fmt::format("'{}' stands twice", key));
  }
  return lines;
}

int number_of(const Line& line, int least, int most) {
  int number = 0;
  const char* end = line.value.data() + line.value.size();
  const auto [stop, fault] = std::from_chars(line.value.data(), end, number);
  if (fault != std::errc() || stop != end || number < least || number > most)
    fail(line.position, fmt::format("'{}' is no number from {} to {}", line.value, least, most));
  return number;
}

}  // namespace

std::string to_text(const AgentSettings& settings) {
  return fmt::format(
      "# lucie-agent(8), written by Lucie. It holds this node's key: for root alone.\n"
      "host {}\nsource {}\naddress {}\nport {}\nserver {}\ninterval {}\nkey {}\n",
      settings.host, settings.source, settings.agent.address, settings.agent.port, settings.agent.server,
      settings.agent.interval, settings.agent.key);
}

AgentSettings agent_settings_from_text(std::string_view text, const std::string& name) {
  const auto lines = read_lines(text, name);
  for (const char* key : {"host", "address", "port", "interval", "key"}) {
    if (!lines.contains(key)) fail({name, 0, 0}, fmt::format("'{}' is missing", key));
  }
  AgentSettings settings{.host = lines.at("host").value, .source = {}, .agent = {}};
  if (!base::is_host_name(settings.host)) fail(lines.at("host").position, "this is no host name");
  if (lines.contains("source")) settings.source = lines.at("source").value;
  if (lines.contains("server")) settings.agent.server = lines.at("server").value;
  settings.agent.address = lines.at("address").value;
  settings.agent.port = static_cast<std::uint16_t>(number_of(lines.at("port"), 1, 65535));
  settings.agent.interval = number_of(lines.at("interval"), 60, 1'000'000);
  settings.agent.key = lines.at("key").value;
  try {
    if (base::from_hex(settings.agent.key).size() < 16)
      fail(lines.at("key").position, "the key is too short");
  } catch (Error& error) {
    throw error.at(lines.at("key").position);
  }
  return settings;
}

}  // namespace lucie::wire
