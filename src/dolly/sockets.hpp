#pragma once

#include "dolly/connection.hpp"

/// The ring's network over TCP.
namespace lucie::dolly {

class TcpNetwork : public Network {
 public:
  std::unique_ptr<Connection> dial(const std::string& address, std::uint16_t port,
                                   milliseconds limit) override;
};

/// Throws EnvironmentError when it cannot listen there. `port` 0: any free one.
std::unique_ptr<Listener> listen_for_ring(const std::string& address, std::uint16_t port);

}  // namespace lucie::dolly
