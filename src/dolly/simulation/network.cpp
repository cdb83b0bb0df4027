#include "dolly/simulation/network.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "dolly/simulation/wire.hpp"

namespace lucie::dolly {

class SimulatedConnection : public Connection {
 public:
  SimulatedConnection(SimulatedNetwork& network, std::shared_ptr<SimulatedWire> wire, int end)
      : network_(network), wire_(std::move(wire)), end_(end) {}
  ~SimulatedConnection() override { shut_down(); }

  std::size_t read(char* buffer, std::size_t size, std::size_t, milliseconds limit) override {
    return wire_->incoming(end_).read(buffer, size, limit);
  }
  std::optional<Block> read_block(milliseconds limit) override {
    return wire_->incoming(end_).read_block(limit);
  }
  void write(std::span<const std::string_view> pieces) override {
    for (const std::string_view piece : pieces)
      wire_->write(end_, {.bytes = std::string(piece), .size = piece.size()});
  }
  void write_blocks(std::span<const Block> blocks) override {
    for (const Block& block : blocks) {
      if (network_.watch_ != nullptr) network_.watch_->sends(wire_->number, peer(), block);
      wire_->write(end_, {.block = block, .size = block.frame.size()});
    }
  }
  void shut_down() noexcept override { wire_->shut_down(end_); }
  std::string peer() const override { return wire_->machines[1 - end_]->address; }

 private:
  SimulatedNetwork& network_;
  std::shared_ptr<SimulatedWire> wire_;
  int end_;  ///< 0: it dialled, 1: it listened
};

class SimulatedDialer : public Network {
 public:
  SimulatedDialer(SimulatedNetwork& network, SimulatedMachine& machine)
      : network_(network), machine_(machine), life_(machine.life) {}
  std::unique_ptr<Connection> dial(const std::string& address, std::uint16_t, milliseconds limit) override {
    return network_.dial(machine_, life_, address, limit);
  }

 private:
  SimulatedNetwork& network_;
  SimulatedMachine& machine_;
  const std::uint64_t life_;
};

class SimulatedListener : public Listener {
 public:
  SimulatedListener(SimulatedNetwork& network, SimulatedMachine& machine)
      : simulation_(network.simulation_), machine_(machine), life_(machine.life) {
    machine.listening = true;
  }
  ~SimulatedListener() override {
    if (machine_.life == life_) machine_.stop_listening();
  }
  std::unique_ptr<Connection> accept(milliseconds limit) override {
    const auto end = simulation_.now() + limit;
    const bool alive = machine_.life == life_;
    while (!alive || machine_.dialled.empty()) {
      Waiters nobody;
      if (!simulation_.wait(alive ? machine_.accepting : nobody, end)) return nullptr;
    }
    auto connection = std::move(machine_.dialled.front());
    machine_.dialled.pop_front();
    return connection;
  }
  std::uint16_t port() const override { return 0; }

 private:
  Simulation& simulation_;
  SimulatedMachine& machine_;
  const std::uint64_t life_;
};

SimulatedNetwork::SimulatedNetwork(Simulation& simulation, SimulatedLink link)
    : simulation_(simulation), link_(link) {}

SimulatedNetwork::~SimulatedNetwork() {
  for (auto& [address, machine] : machines_) machine->dialled.clear();
}

SimulatedMachine& SimulatedNetwork::machine(const std::string& address) {
  auto& machine = machines_[address];
  if (!machine) {
    machine = std::make_unique<SimulatedMachine>();
    machine->address = address;
    machine->number = machines_.size();
    machine->bandwidth = link_.bandwidth;
  }
  return *machine;
}

std::unique_ptr<Network> SimulatedNetwork::of(const std::string& address) {
  return std::make_unique<SimulatedDialer>(*this, machine(address));
}

std::unique_ptr<Listener> SimulatedNetwork::listen(const std::string& address) {
  return std::make_unique<SimulatedListener>(*this, machine(address));
}

std::unique_ptr<Connection> SimulatedNetwork::dial(SimulatedMachine& from, std::uint64_t life,
                                                   const std::string& to, milliseconds limit) {
  SimulatedMachine& other = machine(to);
  if (watch_ != nullptr) watch_->dials(from.address, to);
  if (from.cut || other.cut) {
    sleep_for(limit);
    throw ConnectionLost("Connection timed out");
  }
  sleep_for(2 * link_.latency);
  if (from.life != life) throw ConnectionLost("it was killed");
  if (!other.listening) throw ConnectionLost("Connection refused");
  const auto wire =
      std::make_shared<SimulatedWire>(simulation_, from, other, link_.latency, link_.buffers, trace_);
  wire->number = ++connections_;
  if (watch_ != nullptr) watch_->connects(wire->number, to);
  for (SimulatedMachine* machine : {&from, &other}) machine->add(wire);
  other.dialled.push_back(std::make_unique<SimulatedConnection>(*this, wire, 1));
  simulation_.wake_one(other.accepting);
  return std::make_unique<SimulatedConnection>(*this, wire, 0);
}

void SimulatedNetwork::kill(const std::string& address) {
  SimulatedMachine& killed = machine(address);
  ++killed.life;
  killed.stop_listening();
  for (const auto& each : std::exchange(killed.wires, {})) {
    if (const auto wire = each.lock()) wire->reset_by(killed);
  }
}

void SimulatedNetwork::cut(const std::string& address) {
  machine(address).cut = true;
}

void SimulatedNetwork::mend(const std::string& address) {
  SimulatedMachine& mended = machine(address);
  mended.cut = false;
  for (const auto& each : mended.wires) {
    if (const auto wire = each.lock()) wire->deliver_held();
  }
}

void SimulatedNetwork::set_bandwidth(const std::string& address, double bytes_per_second) {
  machine(address).bandwidth = bytes_per_second;
}

}  // namespace lucie::dolly
