#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dolly/connection.hpp"
#include "dolly/simulation/simulation.hpp"

namespace lucie::dolly {

struct SimulatedWire;

struct SimulatedMachine {
  std::string address;
  std::uint64_t number = 0;
  std::uint64_t life = 0;  ///< counts how often it was killed
  double bandwidth = 0;
  Clock::time_point up_free, down_free;  ///< when its link has carried all that was given to it
  bool cut = false, listening = false;
  std::deque<std::unique_ptr<Connection>> dialled;  ///< to it, not accepted yet
  Waiters accepting;
  std::vector<std::weak_ptr<SimulatedWire>> wires;

  void add(const std::shared_ptr<SimulatedWire>& wire);
  void stop_listening();
};

/// What travels in one piece.
struct SimulatedPiece {
  enum class Sort { content, end, reset };
  std::string bytes;
  std::optional<Block> block;  ///< instead of bytes
  std::size_t size = 0;
  Sort sort = Sort::content;
};

/// One direction of a connection.
struct SimulatedStream {
  explicit SimulatedStream(Simulation& simulation) : simulation(simulation) {}

  std::size_t read(char* buffer, std::size_t size, milliseconds limit);
  std::optional<Block> read_block(milliseconds limit);
  void arrive(SimulatedPiece piece);
  void wake_all();

  Simulation& simulation;
  std::deque<SimulatedPiece> travelling, held, arrived;
  std::size_t consumed = 0;  ///< of the first piece that arrived
  std::size_t taken = 0;     ///< bytes written and not read yet
  bool ended = false, reset = false;
  bool reader_shut = false, writer_shut = false;
  Waiters reading, writing;

 private:
  bool wait_for_content(milliseconds limit);
  void drop_first();
};

/// A connection of two machines: `machines[0]` dialled.
struct SimulatedWire : std::enable_shared_from_this<SimulatedWire> {
  SimulatedWire(Simulation& simulation, SimulatedMachine& dialler, SimulatedMachine& listener,
                Clock::duration latency, std::size_t buffers, std::uint64_t& trace);

  SimulatedStream& incoming(int end) { return streams[static_cast<std::size_t>(1 - end)]; }
  SimulatedStream& outgoing(int end) { return streams[static_cast<std::size_t>(end)]; }
  /// Waits until the buffers have room. Throws ConnectionLost.
  void write(int end, SimulatedPiece piece);
  void shut_down(int end) noexcept;
  void reset_by(const SimulatedMachine& machine);
  /// What could not be delivered while the link was cut.
  void deliver_held();

  std::array<SimulatedMachine*, 2> machines;
  std::uint64_t number = 0;

 private:
  void dispatch(int end, SimulatedPiece piece);
  void pass_switch(int end, std::size_t size);
  void deliver(int end);
  void arrive(int end, SimulatedPiece piece);
  bool is_cut() const { return machines[0]->cut || machines[1]->cut; }

  Simulation& simulation_;
  const Clock::duration latency_;
  const std::size_t buffers_;
  std::uint64_t& trace_;
  std::array<SimulatedStream, 2> streams;  ///< [0]: from the machine that dialled
};

}  // namespace lucie::dolly
