#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "daemon/secrets.hpp"
#include "daemon/snapshot.hpp"
#include "daemon/ways_out.hpp"
#include "wire/event.hpp"
#include "wire/slice.hpp"

namespace lucie::daemon {

struct Daemon;

/// Where nodes' receivers listen, TCP.
inline constexpr std::uint16_t ring_port = 8090;

/// Starts rings. A node says that it is ready for a dataset and says it again every few seconds; when all
/// nodes that are being installed and want the dataset are ready, or the first of them has waited long
/// enough, `dollyplus send` begins. Who comes later gets the next ring; whom rings do not reach is told to
/// fetch the dataset.
class Rings {
 public:
  explicit Rings(Daemon& daemon);
  /// Ends the rings under way.
  ~Rings();

  /// True: the node shall not wait for a ring, but fetch the dataset over HTTP. Throws as `dataset_for`.
  bool ready(const Snapshot& snapshot, const config::Host& host, const std::string& dataset);

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Clock::time_point since, latest;
  };
  struct Ring {
    config::Dataset dataset;
    std::vector<const config::Host*> hosts;
    std::shared_ptr<const Snapshot> snapshot;  ///< the hosts live in it
    // Of the ring's own thread:
    std::set<std::string> left_out;  ///< who was told to be
    std::set<std::string> reached, done;
    bool ended = false;  ///< dollyplus came to its end, whatever became of the nodes
    std::thread thread;
    bool over = false;
  };

  void watch();
  void start(const config::Dataset& dataset, const std::shared_ptr<const Snapshot>& snapshot);
  bool is_time(const Snapshot& snapshot, const config::Dataset& dataset) const;
  bool is_awaited(const Snapshot& snapshot, const config::Host& host, const std::string& dataset) const;
  bool is_running(const std::string& dataset) const;
  void forget_silent();
  void forget_over();
  void run(Ring& ring);
  void send(Ring& ring);
  void take_record(Ring& ring, std::string_view line);
  void take_state(Ring& ring, const std::string& node, const std::string& state);
  void note_missed(const Ring& ring);
  bool has_way_out(const config::Dataset& dataset, const config::Host& host);
  WaysOut::Who who(const std::string& dataset, const std::string& host) const;
  void record(const std::string& node, const std::string& kind, const std::string& message,
              double seconds = -1);
  std::string to(const Ring& ring) const;

  Daemon& daemon_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::map<std::string, Waiting>> waiting_;      ///< by dataset and host
  std::map<std::string, std::map<std::string, std::int64_t>> served_;  ///< the installation that got it
  std::map<std::string, Clock::time_point> not_before_;                ///< by dataset, after a fault of ours
  WaysOut ways_out_;
  std::list<Ring> rings_;
  bool ending_ = false;
  std::thread watching_;
};

/// Throws lucie::Error when there is no such dataset, or it is not for this host.
const config::Dataset& dataset_for(const Snapshot& snapshot, const config::Host& host,
                                   const std::string& name);
/// Where nodes receive it, relative to their roots.
std::string received_as(const config::Dataset& dataset);

/// The datasets that the node receives, and what it needs to take part in rings; nothing when its installer
/// has no module `dolly`.
void add_datasets(wire::Slice& slice, const Snapshot& snapshot, const config::Host& host,
                  const Secrets& secrets);

}  // namespace lucie::daemon
