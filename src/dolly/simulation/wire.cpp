#include "dolly/simulation/wire.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace lucie::dolly {
namespace {

Clock::duration time_for(std::size_t bytes, double bandwidth) {
  if (bandwidth <= 0) return {};
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(static_cast<double>(bytes) / bandwidth));
}

}  // namespace

void SimulatedMachine::add(const std::shared_ptr<SimulatedWire>& wire) {
  std::erase_if(wires, [](const auto& each) { return each.expired(); });
  wires.push_back(wire);
}

void SimulatedMachine::stop_listening() {
  listening = false;
  std::exchange(dialled, {}).clear();
}

void SimulatedStream::wake_all() {
  for (Waiters* waiters : {&reading, &writing}) {
    while (simulation.wake_one(*waiters)) {
    }
  }
}

void SimulatedStream::arrive(SimulatedPiece piece) {
  if (piece.sort == SimulatedPiece::Sort::content) {
    arrived.push_back(std::move(piece));
  } else {
    ended = true;
  }
  if (piece.sort == SimulatedPiece::Sort::reset) {
    reset = true;
    arrived.clear();
  }
  while (simulation.wake_one(reading)) {
  }
}

/// False at the end of the stream.
bool SimulatedStream::wait_for_content(milliseconds limit) {
  const auto end = simulation.now() + limit;
  while (arrived.empty()) {
    if (reset) throw ConnectionLost("Connection reset by peer");
    if (ended || reader_shut) return false;
    if (limit.count() == 0) {
      simulation.wait(reading);
    } else if (!simulation.wait(reading, end)) {
      throw ConnectionLost(
          fmt::format("no sign of life for {:.1f} s", static_cast<double>(limit.count()) / 1000));
    }
  }
  return true;
}

void SimulatedStream::drop_first() {
  taken -= arrived.front().size;
  arrived.pop_front();
  consumed = 0;
  while (simulation.wake_one(writing)) {
  }
}

std::size_t SimulatedStream::read(char* buffer, std::size_t size, milliseconds limit) {
  if (!wait_for_content(limit)) return 0;
  std::size_t done = 0;
  while (done < size && !arrived.empty()) {
    const SimulatedPiece& first = arrived.front();
    const std::string_view bytes = first.block ? first.block->frame : first.bytes;
    const std::size_t count = bytes.copy(buffer + done, size - done, consumed);
    done += count;
    consumed += count;
    if (consumed == bytes.size()) drop_first();
  }
  return done;
}

std::optional<Block> SimulatedStream::read_block(milliseconds limit) {
  if (!wait_for_content(limit) || !arrived.front().block || consumed > 0) return {};
  Block block = std::move(*arrived.front().block);
  drop_first();
  return block;
}

SimulatedWire::SimulatedWire(Simulation& simulation, SimulatedMachine& dialler, SimulatedMachine& listener,
                             Clock::duration latency, std::size_t buffers, std::uint64_t& trace)
    : machines{&dialler, &listener},
      simulation_(simulation),
      latency_(latency),
      buffers_(buffers),
      trace_(trace),
      streams{SimulatedStream(simulation), SimulatedStream(simulation)} {}

void SimulatedWire::write(int end, SimulatedPiece piece) {
  SimulatedStream& stream = outgoing(end);
  while (!stream.writer_shut && !stream.reader_shut && stream.taken >= buffers_)
    simulation_.wait(stream.writing);
  if (stream.writer_shut || incoming(end).ended) throw ConnectionLost("Broken pipe");
  stream.taken += piece.size;
  dispatch(end, std::move(piece));
}

/// The sender's link carries it behind what was given to it before, …
void SimulatedWire::dispatch(int end, SimulatedPiece piece) {
  SimulatedMachine& from = *machines[static_cast<std::size_t>(end)];
  from.up_free = std::max(simulation_.now(), from.up_free) + time_for(piece.size, from.bandwidth);
  const std::size_t size = piece.size;
  outgoing(end).travelling.push_back(std::move(piece));
  simulation_.at(from.up_free, [wire = shared_from_this(), end, size] { wire->pass_switch(end, size); });
}

/// … and the receiver's behind what came for it before; both at once, packet by packet.
void SimulatedWire::pass_switch(int end, std::size_t size) {
  SimulatedMachine& to = *machines[static_cast<std::size_t>(1 - end)];
  to.down_free = std::max(simulation_.now(), to.down_free + time_for(size, to.bandwidth));
  simulation_.at(to.down_free + latency_, [wire = shared_from_this(), end] { wire->deliver(end); });
}

void SimulatedWire::deliver(int end) {
  SimulatedStream& stream = outgoing(end);
  if (stream.travelling.empty()) return;
  SimulatedPiece piece = std::move(stream.travelling.front());
  stream.travelling.pop_front();
  if (is_cut() || !stream.held.empty()) {
    stream.held.push_back(std::move(piece));
  } else {
    arrive(end, std::move(piece));
  }
}

void SimulatedWire::arrive(int end, SimulatedPiece piece) {
  for (const std::uint64_t each :
       {static_cast<std::uint64_t>(simulation_.elapsed().count()), machines[0]->number, machines[1]->number,
        static_cast<std::uint64_t>(end), static_cast<std::uint64_t>(piece.size)})
    trace_ = (trace_ ^ each) * 0x100000001b3;  // FNV-1a, by words
  const bool content = piece.sort == SimulatedPiece::Sort::content;
  outgoing(end).arrive(std::move(piece));
  if (content) return;
  // Who has closed takes nothing any more either.
  SimulatedStream& back = incoming(end);
  back.reader_shut = true;
  back.wake_all();
}

void SimulatedWire::deliver_held() {
  if (is_cut()) return;
  for (const int end : {0, 1}) {
    for (SimulatedPiece& piece : std::exchange(outgoing(end).held, {})) arrive(end, std::move(piece));
  }
}

void SimulatedWire::shut_down(int end) noexcept {
  SimulatedStream &out = outgoing(end), &in = incoming(end);
  if (out.writer_shut) return;
  out.writer_shut = true;
  in.reader_shut = true;
  dispatch(end, {.sort = SimulatedPiece::Sort::end});
  out.wake_all();
  in.wake_all();
}

void SimulatedWire::reset_by(const SimulatedMachine& machine) {
  const int end = machines[0] == &machine ? 0 : 1;
  SimulatedStream &out = outgoing(end), &in = incoming(end);
  if (!out.writer_shut) dispatch(end, {.sort = SimulatedPiece::Sort::reset});
  out.writer_shut = true;
  in.reset = in.reader_shut = true;
  in.arrived.clear();
  out.wake_all();
  in.wake_all();
}

}  // namespace lucie::dolly
