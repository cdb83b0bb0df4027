#include "dolly/simulation/cluster.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::dolly {
namespace {

const std::string master_address = "master";

/// A receiver notices within a fifth of a second.
constexpr milliseconds time_to_end{1000};

}  // namespace

SimulatedCluster::SimulatedCluster(Simulation& simulation, const SimulatedTransfer& transfer)
    : simulation_(simulation),
      transfer_(transfer),
      content_(transfer.pattern.empty() ? std::string(1, '\0') : transfer.pattern),
      network_(simulation, transfer.link) {
  transfer_.options.nodes.clear();
  for (std::size_t node = 0; node < transfer.nodes; ++node) {
    const std::string name = name_of(node);
    transfer_.options.nodes.push_back({static_cast<std::uint32_t>(node), name, name, default_port});
    nodes_.emplace_back(content_, transfer.size).group = simulation.new_group();
  }
}

SimulatedCluster::~SimulatedCluster() = default;

std::string SimulatedCluster::name_of(std::size_t node) {
  return fmt::format("n{}", node + 1);
}

void SimulatedCluster::start(std::size_t number) {
  Node& node = nodes_[number];
  const auto program = std::make_shared<Program>();
  node.program = program;
  simulation_.in_group(node.group, [&] {
    node.threads.emplace_back([this, program, address = name_of(number), files = node.disk.open()] {
      run(address, files, *program);
    });
  });
}

void SimulatedCluster::start_all() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) start(node);
}

std::optional<Clock::duration> SimulatedCluster::whole_after(std::size_t node) const {
  const Clock::time_point since = nodes_[node].disk.whole_since();
  if (since == Clock::time_point()) return std::nullopt;
  return since - Simulation::beginning;
}

void SimulatedCluster::run(const std::string& address, const OpenFiles& files, Program& program) {
  const auto network = network_.of(address);
  const auto listener = network_.listen(address);
  Receiver receiver({files, transfer_.options.key}, *network, *listener, program);
  receiver.receive_one([&] { return ending_ || program.killed; });
}

void SimulatedCluster::kill(std::size_t node) {
  nodes_[node].disk.close_all();
  nodes_[node].program->killed = true;
  network_.kill(name_of(node));
  go_on(node);
}

void SimulatedCluster::stop(std::size_t node) {
  simulation_.stop(nodes_[node].group);
}

void SimulatedCluster::go_on(std::size_t node) {
  simulation_.go_on(nodes_[node].group);
}

std::vector<NodeReport> SimulatedCluster::send(const Master::OnChange& on_change) {
  Source source(std::make_unique<SimulatedSource>(content_, transfer_.size), "copy");
  const auto network = network_.of(master_address);
  return Master(source, *network, transfer_.options, on_change).run();
}

void SimulatedCluster::end() {
  sleep_for(time_to_end);  // for those that heard that all is over
  ending_ = true;
  for (Node& node : nodes_) {
    simulation_.go_on(node.group);
    node.threads.clear();
  }
}

}  // namespace lucie::dolly
