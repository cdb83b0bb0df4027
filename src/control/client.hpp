#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "wire/agent_status.hpp"
#include "wire/event.hpp"

namespace lucie::control {

/// lucied, asked over its admin socket. What lucied refuses is thrown as lucie::Error with its hint; a lucied
/// that is not there, or does not let us, is an EnvironmentError that says what to do.
class Client {
 public:
  /// `socket`: RUN/lucied.sock.
  explicit Client(std::filesystem::path socket);

  /// `node_set`: names, ranges, `@host_group`, `all`, between commas.
  std::vector<wire::NodeStatus> nodes(const std::string& node_set) const;
  /// The record as lucied gives it.
  std::string nodes_json(const std::string& node_set) const;
  /// The latest word of each agent of the nodes.
  std::vector<wire::AgentStatus> agents(const std::string& node_set) const;
  std::string agents_json(const std::string& node_set) const;
  /// All of them or none. `installer` empty: each host's own.
  void arm(const std::vector<std::string>& nodes, const std::string& installer, bool protected_too) const;
  /// The nodes that were disarmed.
  std::vector<std::string> disarm(const std::string& node_set) const;
  /// Events after `since`, oldest first; waits up to `wait_seconds` for the first. `node_set` empty: of all.
  std::vector<wire::Event> events(std::int64_t since, const std::string& node_set, int wait_seconds) const;
  std::int64_t last_event() const;

  struct Log {
    std::string module, modified;
    std::uint64_t size = 0;  ///< bytes
  };
  /// The one written last is the last.
  std::vector<Log> logs(const std::string& node) const;
  /// The record as lucied gives it.
  std::string logs_json(const std::string& node) const;
  /// The log from byte `from` on; empty when it ends there.
  std::string log(const std::string& node, const std::string& module, std::uint64_t from) const;

 private:
  /// Throws for refusals; a 416 is an empty text.
  std::string ask(const std::string& method, const std::string& path, const std::string& body = {},
                  const std::string& range = {}) const;

  std::filesystem::path socket_;
};

/// Everything but letters, digits and `-._~` as %XX (RFC 3986 section 2.1).
std::string percent_encode(const std::string& text);

}  // namespace lucie::control
