#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dolly/connection.hpp"
#include "dolly/simulation/simulation.hpp"

namespace lucie::dolly {

/// How every machine of a simulated network is connected: full duplex, to a switch that is never the limit.
struct SimulatedLink {
  double bandwidth = 0;  ///< bytes per second of what TCP carries, in each direction; 0: no limit
  Clock::duration latency = std::chrono::microseconds(100);  ///< from one machine to another
  /// Bytes that a connection takes before they are read at the other end: both sockets' buffers.
  std::size_t buffers = 1 << 20;
};

/// A machine, or one direction of a connection. network.cpp knows what they are.
struct SimulatedMachine;
struct SimulatedWire;

/// Machines on a switch, by address; one is there as soon as it is spoken of. Bytes come whole, in order, as
/// late as the links of both ends make them; blocks share their memory with the sender's.
class SimulatedNetwork {
 public:
  SimulatedNetwork(Simulation& simulation, SimulatedLink link);
  ~SimulatedNetwork();

  /// What a program on that machine dials with and listens with. Both end when the machine is killed; a
  /// program that comes back there needs new ones.
  std::unique_ptr<Network> of(const std::string& address);
  std::unique_ptr<Listener> listen(const std::string& address);

  /// As when its programs are killed: its connections are reset, dials are refused until something listens
  /// there again.
  void kill(const std::string& address);
  /// No packet goes through any more, and nobody is told.
  void cut(const std::string& address);
  /// As before: what was sent meanwhile arrives now, as TCP sends it again.
  void mend(const std::string& address);
  /// From now on; 0: no limit.
  void set_bandwidth(const std::string& address, double bytes_per_second);

  /// What is told of blocks that are sent, and of dials.
  class Watch {
   public:
    virtual ~Watch() = default;
    virtual void dials(const std::string& from, const std::string& to) = 0;
    /// `connection`: its number, from 1.
    virtual void connects(std::uint64_t connection, const std::string& to) = 0;
    virtual void sends(std::uint64_t connection, const std::string& to, const Block& block) = 0;
  };
  void watch(Watch& watch) { watch_ = &watch; }
  /// Changes with everything that arrives: when, where, how much.
  std::uint64_t trace() const { return trace_; }

 private:
  friend class SimulatedConnection;
  friend class SimulatedDialer;
  friend class SimulatedListener;
  SimulatedMachine& machine(const std::string& address);
  std::unique_ptr<Connection> dial(SimulatedMachine& from, std::uint64_t life, const std::string& to,
                                   milliseconds limit);

  Simulation& simulation_;
  const SimulatedLink link_;
  Watch* watch_ = nullptr;
  std::uint64_t connections_ = 0;
  std::uint64_t trace_ = 0;
  std::map<std::string, std::unique_ptr<SimulatedMachine>> machines_;
};

}  // namespace lucie::dolly
