#pragma once

#include <atomic>
#include <thread>

#include "daemon/agents.hpp"
#include "daemon/daemon.hpp"
#include "daemon/teller.hpp"
#include "net/datagram.hpp"

namespace lucie::daemon {

/// Hears what nodes' agents multicast (or send to us alone), in a thread of its own, and answers.
class AgentListener {
 public:
  /// On all addresses: a socket with one of them would not hear multicasts. Sets `daemon.agent_port`. Throws
  /// EnvironmentError when the port cannot be had.
  AgentListener(Daemon& daemon, std::uint16_t port);
  ~AgentListener();
  AgentListener(const AgentListener&) = delete;
  AgentListener& operator=(const AgentListener&) = delete;

 private:
  void work();
  void take(const Snapshot& snapshot, const net::Datagram& datagram);
  void join_groups(const Snapshot& snapshot);
  void look_after();

  Daemon& daemon_;
  Teller teller_;
  Agents agents_;
  net::DatagramSocket socket_;
  std::string join_failure_;  ///< told once
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

/// The multicast groups to hear, each with the addresses of ours that lie in its lucie group's network.
std::vector<std::pair<std::string, std::string>> groups_to_join(const config::Cluster& cluster,
                                                                const std::vector<std::string>& own);

}  // namespace lucie::daemon
