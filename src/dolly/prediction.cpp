#include "dolly/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "dolly/simulation/cluster.hpp"

namespace lucie::dolly {
namespace {

/// Bytes of a node in the list, packed, that every node gets before it dials the next one.
constexpr double entry_size = 3.5;
/// One-way delays from a node's dialling the next one until that one can dial, too: the connection takes two,
/// the handshake two, the offer one.
constexpr double delays_to_join = 5;
/// Seconds that a node waits after a loss to see whether it was left out itself.
constexpr double time_to_notice = 0.1;
/// What stands before the content of a block.
constexpr double frame_share =
    1 + static_cast<double>(frame_header_size + block_header_size) / static_cast<double>(block_size);

Clock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

/// The nodes that fall silent, each once.
std::vector<std::size_t> chosen(const Expected& expected, std::mt19937_64& generator) {
  std::vector<std::size_t> nodes(expected.nodes);
  for (std::size_t node = 0; node < nodes.size(); ++node) nodes[node] = node;
  const auto count =
      static_cast<std::size_t>(std::llround(expected.failing * static_cast<double>(expected.nodes)));
  for (std::size_t place = 0; place < count; ++place)
    std::swap(nodes[place], nodes[place + generator() % (nodes.size() - place)]);
  nodes.resize(count);
  return nodes;
}

}  // namespace

Prediction predict(const Expected& expected) {
  const auto nodes = static_cast<double>(expected.nodes), size = static_cast<double>(expected.size);
  const double block = std::min(size, static_cast<double>(block_size));
  Prediction prediction;
  prediction.transfer = expected.hop_delay + size * frame_share / expected.bandwidth;
  const double forwarding = expected.hop_delay + block * frame_share / expected.bandwidth;
  const double joining = delays_to_join * expected.hop_delay + nodes * entry_size / expected.bandwidth;
  prediction.hops = (nodes - 1) * std::max(forwarding, joining);
  const double chunk = std::min(size, static_cast<double>(expected.chunk));
  prediction.failures =
      expected.failing * nodes * (expected.silence + time_to_notice + chunk / 2 / expected.bandwidth);
  return prediction;
}

Simulated simulate(const Expected& expected, std::uint64_t seed) {
  SimulatedTransfer transfer;
  transfer.nodes = expected.nodes;
  transfer.size = expected.size;
  transfer.link.bandwidth = expected.bandwidth;
  transfer.link.latency = duration_of(expected.hop_delay);
  transfer.options.chunk_size = expected.chunk;
  transfer.options.verify = Verify::fast;
  transfer.options.timing.silence = milliseconds(std::llround(1000 * expected.silence));
  transfer.options.linger = milliseconds(0);
  std::mt19937_64 generator(seed);
  Simulated outcome;
  Simulation simulation;
  simulation.run([&] {
    SimulatedCluster cluster(simulation, transfer);
    cluster.start_all();
    const Prediction whole = predict(expected);
    for (const std::size_t node : chosen(expected, generator)) {
      const double share = static_cast<double>(generator() >> 11) / 9007199254740992.0;
      simulation.at(simulation.now() + duration_of(share * (whole.transfer + whole.hops)),
                    [&cluster, node] { cluster.network().cut(SimulatedCluster::name_of(node)); });
      ++outcome.silenced;
    }
    cluster.send();
    for (std::size_t node = 0; node < expected.nodes; ++node) {
      const auto after = cluster.whole_after(node);
      if (!after) continue;
      ++outcome.done;
      outcome.seconds = std::max(outcome.seconds, std::chrono::duration<double>(*after).count());
    }
    cluster.end();
  });
  return outcome;
}

}  // namespace lucie::dolly
