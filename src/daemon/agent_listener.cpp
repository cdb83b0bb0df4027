#include "daemon/agent_listener.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "config/value.hpp"
#include "wire/sealed.hpp"

namespace lucie::daemon {
namespace {

using std::chrono::steady_clock;

constexpr auto longest_wait = std::chrono::milliseconds(500);  ///< until the end is noticed
/// How often silent nodes are looked for, and interfaces that came up since.
constexpr auto between_rounds = std::chrono::seconds(5);

}  // namespace

std::vector<std::pair<std::string, std::string>> groups_to_join(const config::Cluster& cluster,
                                                                const std::vector<std::string>& own) {
  std::vector<std::pair<std::string, std::string>> joins;
  for (const config::LucieGroup& group : cluster.lucie_groups) {
    const auto mask = config::parse_mask(group.subnet);
    const auto network = config::parse_address(group.network);
    for (const std::string& address : own) {
      const auto parsed = config::parse_address(address);
      const bool inside = mask && network && parsed && (*parsed & *mask) == *network;
      if (inside || address == group.lucie_address) joins.emplace_back(group.agent_address, address);
    }
  }
  return joins;
}

AgentListener::AgentListener(Daemon& daemon, std::uint16_t port)
    : daemon_(daemon),
      teller_(daemon.store),
      agents_(
          daemon.store, daemon.secrets, [this](std::vector<Telling> all) { teller_.tell(std::move(all)); },
          daemon.log, std::chrono::system_clock::now()),
      socket_({}, port, true) {
  daemon_.agent_port = socket_.port();
  thread_ = std::thread([this] { work(); });
}

AgentListener::~AgentListener() {
  ending_ = true;
  thread_.join();
}

void AgentListener::work() {
  steady_clock::time_point next_round;
  while (!ending_) {
    if (steady_clock::now() >= next_round) {
      look_after();
      next_round = steady_clock::now() + between_rounds;
    }
    const auto datagram = socket_.receive(longest_wait, wire::most_datagram);
    const auto snapshot = daemon_.snapshot();
    if (datagram && snapshot != nullptr) take(*snapshot, *datagram);
  }
}

void AgentListener::take(const Snapshot& snapshot, const net::Datagram& datagram) {
  try {
    const std::string answer =
        agents_.receive(snapshot, datagram.bytes, datagram.address, std::chrono::system_clock::now());
    if (!answer.empty()) socket_.send(answer, datagram.address, datagram.port);
  } catch (const Error& error) {
    daemon_.log(fmt::format("error: answering the agents of {}: {}", datagram.address, error.what()));
  }
}

void AgentListener::look_after() {
  const auto snapshot = daemon_.snapshot();
  if (snapshot == nullptr) return;
  try {
    join_groups(*snapshot);
    agents_.find_silent(*snapshot, std::chrono::system_clock::now());
  } catch (const Error& error) {
    daemon_.log(fmt::format("error: looking after agents: {}", error.what()));
  }
}

void AgentListener::join_groups(const Snapshot& snapshot) {
  for (const auto& [group, own_address] : groups_to_join(snapshot.cluster(), net::own_addresses())) {
    try {
      socket_.join(group, own_address);
    } catch (const Error& error) {
      if (join_failure_ == error.what()) continue;
      join_failure_ = error.what();
      daemon_.log(fmt::format("error: {}: agents must reach lucied by its own address", error.what()));
    }
  }
}

}  // namespace lucie::daemon
