#include "schedule.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <random>

namespace lucie::test {

using namespace dolly;
using Kind = Fault::Kind;

namespace {

constexpr std::uint32_t chunk_size = 4 * block_size;
constexpr double bandwidth = 4e6;

const char* name_of(Kind kind) {
  static const std::map<Kind, const char*> names = {{Kind::kill, "is killed"},
                                                    {Kind::restart, "is killed and comes back"},
                                                    {Kind::stop, "hangs"},
                                                    {Kind::pause, "hangs for a while"},
                                                    {Kind::cut, "is cut off"},
                                                    {Kind::interrupt, "is cut off for a while"},
                                                    {Kind::slow_link, "has a slow link"},
                                                    {Kind::slow_disk, "has a slow disk"},
                                                    {Kind::full_disk, "has a full disk"},
                                                    {Kind::late, "comes late"}};
  return names.at(kind);
}

/// No period that fits into blocks.
std::string pattern() {
  std::string content;
  for (std::uint32_t number = 0; content.size() < 100'003; ++number)
    content += std::to_string(number * 2654435761U);
  return content;
}

/// Counts what nodes are sent though they have it.
class Counter : public SimulatedNetwork::Watch {
 public:
  Counter(SimulatedCluster& cluster, const SimulatedTransfer& transfer)
      : cluster_(cluster), transfer_(transfer) {}

  void dials(const std::string& from, const std::string& to) override { dials_.push_back(from + ">" + to); }
  void connects(std::uint64_t connection, const std::string& to) override {
    had_[connection] = chunks_of(std::stoul(to.substr(1)) - 1);
  }
  void sends(std::uint64_t connection, const std::string&, const Block& block) override {
    if (had_[connection].contains(block.chunk)) sent_again_ += block.size();
  }
  std::uint64_t sent_again() const { return sent_again_; }
  const std::vector<std::string>& dials() const { return dials_; }

 private:
  std::set<std::uint32_t> chunks_of(std::size_t node) {
    std::set<std::uint32_t> chunks;
    for (std::uint64_t offset = 0; offset < transfer_.size; offset += chunk_size) {
      const auto size = std::min<std::uint64_t>(chunk_size, transfer_.size - offset);
      if (cluster_.disk(node).is_right(offset, size))
        chunks.insert(static_cast<std::uint32_t>(offset / chunk_size));
    }
    return chunks;
  }

  SimulatedCluster& cluster_;
  const SimulatedTransfer& transfer_;
  std::map<std::uint64_t, std::set<std::uint32_t>> had_;
  std::uint64_t sent_again_ = 0;
  std::vector<std::string> dials_;
};

void begin(SimulatedCluster& cluster, const Fault& fault) {
  const std::string name = SimulatedCluster::name_of(fault.node);
  switch (fault.kind) {
    case Kind::kill:
    case Kind::restart:
      return cluster.kill(fault.node);
    case Kind::stop:
    case Kind::pause:
      return cluster.stop(fault.node);
    case Kind::cut:
    case Kind::interrupt:
      return cluster.network().cut(name);
    case Kind::slow_link:
      return cluster.network().set_bandwidth(name, bandwidth / 20);
    case Kind::slow_disk:
      return cluster.disk(fault.node).set_rate(bandwidth / 20);
    case Kind::full_disk:
      return cluster.disk(fault.node).fill_up();
    case Kind::late:
      return;
  }
}

void finish(SimulatedCluster& cluster, const Fault& fault) {
  const std::string name = SimulatedCluster::name_of(fault.node);
  switch (fault.kind) {
    case Kind::restart:
    case Kind::late:
      return cluster.start(fault.node);
    case Kind::pause:
      return cluster.go_on(fault.node);
    case Kind::interrupt:
      return cluster.network().mend(name);
    case Kind::slow_link:
      return cluster.network().set_bandwidth(name, bandwidth);
    case Kind::slow_disk:
      return cluster.disk(fault.node).set_rate(0);
    default:
      return;
  }
}

}  // namespace

bool Fault::is_final() const {
  return kind == Kind::kill || kind == Kind::stop || kind == Kind::cut || kind == Kind::full_disk;
}

std::string Fault::text() const {
  return fmt::format("n{} {} at {} ms for {} ms", node + 1, name_of(kind), at.count(), lasts.count());
}

std::string Schedule::text() const {
  std::string text = fmt::format("seed {}: {} nodes, {} bytes\n", seed, transfer.nodes, transfer.size);
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

std::string Played::text(const Schedule& schedule) const {
  std::string text = schedule.text();
  for (const NodeReport& report : reports)
    text += fmt::format("n{}: {} {}{}\n", report.node + 1, to_string(report.state),
                        whole[report.node] ? "(whole) " : "", report.why);
  return text + fmt::format("{:.6f} s, {} bytes sent again\n", seconds, sent_again);
}

Schedule schedule_of(std::size_t nodes, std::uint64_t size, std::vector<Fault> faults) {
  Schedule schedule;
  schedule.faults = std::move(faults);
  SimulatedTransfer& transfer = schedule.transfer;
  transfer.nodes = nodes;
  transfer.size = size;
  transfer.pattern = pattern();
  transfer.link.bandwidth = bandwidth;
  transfer.options.chunk_size = chunk_size;
  return schedule;
}

Schedule random_schedule(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint64_t end) { return generator() % end; };
  const std::size_t nodes = 2 + below(11);
  Schedule schedule = schedule_of(nodes, 500'000 + below(8'000'000), {});
  schedule.seed = seed;
  SimulatedTransfer& transfer = schedule.transfer;
  transfer.link.latency = std::chrono::microseconds(50 + below(2000));
  transfer.options.verify = below(4) == 0 ? Verify::sha256 : Verify::fast;
  const double wire = static_cast<double>(transfer.size) / bandwidth * 1000;
  std::set<std::size_t> hit;
  for (std::uint64_t count = below(5); count > 0; --count) {
    Fault fault;
    fault.kind = static_cast<Kind>(below(10));
    fault.node = below(transfer.nodes);
    fault.at = milliseconds(below(static_cast<std::uint64_t>(wire * 1.2) + 50));
    fault.lasts = milliseconds(50 + below(5000));
    if (hit.insert(fault.node).second) schedule.faults.push_back(fault);
  }
  return schedule;
}

Played play(const Schedule& schedule) {
  Played played;
  Simulation simulation(std::chrono::minutes(10));
  simulation.run([&] {
    SimulatedCluster cluster(simulation, schedule.transfer);
    Counter counter(cluster, schedule.transfer);
    cluster.network().watch(counter);
    std::set<std::size_t> late;
    std::vector<Thread> happening;
    for (const Fault& fault : schedule.faults) {
      if (fault.kind == Kind::late) late.insert(fault.node);
      happening.emplace_back([&cluster, fault] {
        sleep_for(fault.at);
        begin(cluster, fault);
        sleep_for(fault.lasts);
        finish(cluster, fault);
      });
    }
    for (std::size_t node = 0; node < schedule.transfer.nodes; ++node) {
      if (!late.contains(node)) cluster.start(node);
    }
    played.reports = cluster.send();
    played.seconds = std::chrono::duration<double>(simulation.elapsed()).count();
    happening.clear();
    cluster.end();
    for (std::size_t node = 0; node < schedule.transfer.nodes; ++node)
      played.whole.push_back(cluster.whole_after(node).has_value());
    played.trace = cluster.network().trace();
    played.sent_again = counter.sent_again();
    played.dials = counter.dials();
  });
  return played;
}

std::string faults_of(const Schedule& schedule, const Played& played) {
  std::map<std::size_t, Fault> hit;
  for (const Fault& fault : schedule.faults) hit[fault.node] = fault;
  std::string text;
  for (const NodeReport& report : played.reports) {
    const bool done = report.state == NodeState::done;
    const auto fault = hit.find(report.node);
    if (done && !played.whole[report.node])
      text += fmt::format("n{} is said to be done, but is not\n", report.node + 1);
    if (!done && report.why.empty())
      text += fmt::format("n{} is missing without a reason\n", report.node + 1);
    if (!done && report.state < NodeState::gone)
      text += fmt::format("n{} is left {}\n", report.node + 1, to_string(report.state));
    if (fault == hit.end() && !done) text += fmt::format("n{} is healthy, but not done\n", report.node + 1);
    if (fault != hit.end() && !fault->second.is_final() && !done)
      text += fmt::format("n{} came back, but is not done\n", report.node + 1);
    // When its predecessor is lost, too, nobody may hear why.
    if (hit.size() == 1 && fault != hit.end() && fault->second.kind == Kind::full_disk && !done &&
        report.why.find("No space left") == std::string::npos)
      text += fmt::format("n{} is full, but does not say so\n", report.node + 1);
  }
  if (played.sent_again > 0) text += "what was verified was sent again\n";
  return text;
}

}  // namespace lucie::test
