#include <algorithm>
#include <fmt/format.h>

#include "config/agent_program.hpp"
#include "config/reading.hpp"
#include "config/value.hpp"

/// What is said about agents: how nodes tell what they find, and what is done about it.
namespace lucie::config {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t multicast = 0xE0000000, multicast_mask = 0xF0000000;  // RFC 5771

void prove_agents(Reading& reading, const Definition& definition) {
  for (const Item& item : reading.items(definition, "agents")) {
    if (is_agent_pattern(item.text)) continue;
    reading.fault(item.position, fmt::format("'{}' names no agents", item.text),
                  "write LMP/AGENT, as in ssh/sshd, ssh/* or */*");
  }
}

void prove_mail(Reading& reading, const Definition& definition) {
  for (const Item& item : reading.items(definition, "mail")) {
    const bool plain =
        !item.text.starts_with('-') && item.text.find_first_of(" \t,;<>\"'()\\") == std::string::npos;
    if (!plain)
      reading.fault(item.position, fmt::format("'{}' is no mail address", item.text),
                    "write root or admin@example.org, without a name");
  }
}

bool has(const Watch& watch, std::string_view on) {
  return std::ranges::find(watch.on, on) != watch.on.end();
}

void prove_watch(Reading& reading, const Definition& definition, const Watch& watch) {
  const auto at = [&](std::string_view key) { return definition.find(key)->value_position; };
  if (!watch.recover && watch.command.empty() && watch.mail.empty())
    reading.fault(definition.position(), fmt::format("watch '{}' does nothing", watch.name),
                  "say recover, command or mail");
  if (watch.recover && !has(watch, "warning") && !has(watch, "failure"))
    reading.fault(at("recover"), "there is nothing to recover when a node is silent",
                  "'on' must have warning or failure, too");
  if (watch.after < 1 && definition.find("after") != nullptr)
    reading.fault(at("after"), "'after' is at least 1");
  if (watch.repeat < seconds(60) && definition.find("repeat") != nullptr)
    reading.fault(at("repeat"), "'repeat' is at least 60s");
  prove_agents(reading, definition);
  prove_mail(reading, definition);
}

Watch watch_of(Reading& reading, const Definition& definition) {
  Watch watch{.name = definition.identity()->value, .position = definition.position()};
  watch.members = reading.hosts_or_all(definition, "members");
  watch.agents = reading.words(definition, "agents");
  if (!definition.list("agents").said) watch.agents = {"*/*"};
  watch.on = reading.words(definition, "on");
  if (!definition.list("on").said) watch.on = {"failure"};
  watch.after = reading.number(definition, "after", watch.after);
  watch.recover = reading.boolean(definition, "recover", watch.recover);
  watch.command = reading.text(definition, "command");
  watch.mail = reading.words(definition, "mail");
  watch.repeat = parse_duration(reading.text(definition, "repeat")).value_or(watch.repeat);
  return watch;
}

}  // namespace

void read_watches(Reading& reading) {
  NameIndex index;
  for (const Definition& definition : reading.inheritance.definitions("watch")) {
    reading.has_required(definition);
    if (definition.identity() == nullptr) continue;
    Watch watch = watch_of(reading, definition);
    if (!reading.enter(index, watch.name, reading.cluster.watches.size(), definition)) continue;
    prove_watch(reading, definition, watch);
    reading.cluster.watches.push_back(std::move(watch));
  }
}

void read_agent_attributes(Reading& reading, const Definition& definition, LucieGroup& group) {
  if (const Attribute* interval = definition.find("agent_interval")) {
    group.agent_interval = parse_duration(interval->value).value_or(group.agent_interval);
    const bool whole = group.agent_interval % std::chrono::minutes(1) == seconds(0);
    if (!whole || group.agent_interval < std::chrono::minutes(1) ||
        group.agent_interval > std::chrono::hours(24))
      reading.fault(interval->value_position, fmt::format("agents cannot run every {}", interval->value),
                    "cron runs them: write whole minutes, from 1m to 24h");
  }
  if (const Attribute* address = definition.find("agent_address")) {
    group.agent_address = address->value;
    const auto parsed = parse_address(address->value);
    if (parsed && (*parsed & multicast_mask) != multicast)
      reading.fault(address->value_position, fmt::format("{} is no multicast address", address->value),
                    "take one from 239.192.0.0 to 239.251.255.255, which are an organisation's own");
  }
}

}  // namespace lucie::config
