#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dolly/master.hpp"
#include "dolly/receiver.hpp"
#include "dolly/simulation/disk.hpp"
#include "dolly/simulation/network.hpp"

namespace lucie::dolly {

/// What a simulated transfer is about.
struct SimulatedTransfer {
  std::size_t nodes = 1;
  std::uint64_t size = 0;  ///< bytes
  std::string pattern;     ///< of the content, again and again
  SimulatedLink link;
  MasterOptions options;  ///< `nodes` and `key` are filled in
};

/// A master and nodes, numbered from 0, with the programs that run on them: real ones, on a simulated network
/// and clock. All of it happens within `Simulation::run`.
class SimulatedCluster {
 public:
  /// Nobody runs yet.
  SimulatedCluster(Simulation& simulation, const SimulatedTransfer& transfer);
  ~SimulatedCluster();

  /// Starts the node's program, for the first time or after it was killed.
  void start(std::size_t node);
  void start_all();
  /// Ends the node's program as SIGKILL does: what it has written stays.
  void kill(std::size_t node);
  /// As SIGSTOP and SIGCONT.
  void stop(std::size_t node);
  void go_on(std::size_t node);

  /// Sends the file to all. Throws as Master::run.
  std::vector<NodeReport> send(const Master::OnChange& on_change = {});
  /// Ends all programs, and waits until they have.
  void end();

  /// When all of it was there, and right, since the beginning of the simulation; none: it is not.
  std::optional<Clock::duration> whole_after(std::size_t node) const;
  /// What the node's program said last: empty when it got everything.
  const std::string& ended_with(std::size_t node) const { return nodes_[node].program->ended_with; }
  SimulatedNetwork& network() { return network_; }
  SimulatedDisk& disk(std::size_t node) { return nodes_[node].disk; }
  static std::string name_of(std::size_t node);

 private:
  /// The program of a node.
  struct Program : ReceiverEvents {
    void started(const Offer&, const std::string&) override {}
    void progress(const Reception::Progress&) override {}
    void ended(const std::string& why) override { ended_with = why; }
    void refused(const std::string&, const std::string&) override {}
    std::string ended_with = "it never ended";
    bool killed = false;
  };
  struct Node {
    explicit Node(const SimulatedContent& content, std::uint64_t size) : disk(content, size) {}
    SimulatedDisk disk;
    Simulation::Group group = 0;
    std::shared_ptr<Program> program;
    std::vector<Thread> threads;
  };
  void run(const std::string& address, const OpenFiles& files, Program& program);

  Simulation& simulation_;
  SimulatedTransfer transfer_;
  SimulatedContent content_;
  SimulatedNetwork network_;
  std::deque<Node> nodes_;
  bool ending_ = false;
};

}  // namespace lucie::dolly
