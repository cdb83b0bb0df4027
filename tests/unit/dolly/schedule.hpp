#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dolly/simulation/cluster.hpp"

namespace lucie::test {

/// Something that happens to a node while a file is sent.
struct Fault {
  enum class Kind { kill, restart, stop, pause, cut, interrupt, slow_link, slow_disk, full_disk, late };
  Kind kind{};
  std::size_t node = 0;
  dolly::milliseconds at{}, lasts{};  ///< `lasts`: where there is an end

  /// The node cannot be expected to get everything.
  bool is_final() const;
  std::string text() const;
};

/// A transfer, and what happens meanwhile; the same for the same seed.
struct Schedule {
  std::uint64_t seed = 0;
  dolly::SimulatedTransfer transfer;
  std::vector<Fault> faults;
  std::string text() const;
};

/// At 4 MB/s, in chunks of 256 KiB.
Schedule schedule_of(std::size_t nodes, std::uint64_t size, std::vector<Fault> faults);
Schedule random_schedule(std::uint64_t seed);

/// What became of it.
struct Played {
  std::vector<dolly::NodeReport> reports;
  std::vector<bool> whole;
  std::uint64_t trace = 0;
  std::uint64_t sent_again = 0;    ///< bytes of chunks that the receiver had on its disk when it was dialled
  std::vector<std::string> dials;  ///< "n1>n2", in order
  double seconds = 0;              ///< until the master knew what became of all
  std::string text(const Schedule& schedule) const;
};

/// Throws lucie::Error when it does not come to an end.
Played play(const Schedule& schedule);

/// What is wrong with the outcome; empty: nothing.
std::string faults_of(const Schedule& schedule, const Played& played);

}  // namespace lucie::test
