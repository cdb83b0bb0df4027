// One ring: dollyplus is run, and what it tells becomes events.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "daemon/daemon.hpp"
#include "daemon/rings.hpp"

namespace lucie::daemon {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// After dollyplus could not do its work (no source, no program), nodes are not made to try it at once again.
constexpr auto pause_after_fault = 10s;

std::string nodes_in_words(std::size_t count) {
  return fmt::format("{} node{}", count, count == 1 ? "" : "s");
}

}  // namespace

/// In the ring's own thread.
void Rings::run(Ring& ring) {
  std::string fault;
  try {
    for (const config::Host* host : ring.hosts)
      record(host->name, "ring_started",
             fmt::format("dataset '{}': ring of {}", ring.dataset.name, nodes_in_words(ring.hosts.size())));
    send(ring);
  } catch (const std::exception& error) {
    fault = error.what();
  }
  if (!fault.empty()) daemon_.log(fmt::format("error: dataset '{}': {}", ring.dataset.name, fault));
  const std::lock_guard lock(mutex_);
  note_missed(ring);
  if (!ring.ended) not_before_[ring.dataset.name] = Clock::now() + pause_after_fault;
  ring.over = true;
  changed_.notify_all();
}

std::string Rings::to(const Ring& ring) const {
  std::vector<std::string> words;
  for (const config::Host* host : ring.hosts)
    words.push_back(fmt::format("{}={}:{}", host->name, host->address, ring_port));
  return base::join(words, ",");
}

/// The end is told by dollyplus itself; without it, its exit status and last words are what there is to tell.
void Rings::send(Ring& ring) {
  const auto key = daemon_.paths.run / "ring.key";
  base::write_file(key, daemon_.secrets.ring_key() + "\n", 0600);
  const auto signing_key = daemon_.paths.run / "ring-sign.key";
  base::write_file(signing_key, daemon_.secrets.ring_signing_key(), 0600);
  base::Command command;
  command.argv = {daemon_.paths.program("dollyplus", "dolly"),
                  "send",
                  ring.dataset.source,
                  "--to",
                  to(ring),
                  "--dest",
                  received_as(ring.dataset),
                  "--key",
                  key,
                  "--sign",
                  signing_key,
                  "--silence",
                  "3",  // nodes that install themselves may be busy
                  "--json",
                  "--quiet"};
  if (ring.dataset.encrypt) command.argv.push_back("--encrypt");
  command.on_line = [&](std::string_view line) { take_record(ring, line); };
  command.cancelled = [&] {
    const std::lock_guard lock(mutex_);
    return ending_;
  };
  const base::Outcome outcome = base::run(command);
  if (ring.ended) return;
  const std::string why = fmt::format("dollyplus: {}: {}", outcome.describe(), base::trim(outcome.error));
  for (const config::Host* host : ring.hosts)
    record(host->name, "ring_done", fmt::format("dataset '{}': {}", ring.dataset.name, why));
  throw Error(why);
}

void Rings::take_record(Ring& ring, std::string_view line) {
  const json told = json::parse(line, nullptr, false);
  if (!told.is_object() || !told.contains("event")) return;
  const std::string event = told.value("event", ""), node = told.value("node", "");
  const std::string state = told.value("state", "");
  if (event == "node") take_state(ring, node, state);
  if (event == "node" && state == "done") {
    record(node, "ring_node_done", fmt::format("dataset '{}' received", ring.dataset.name),
           told.value("seconds", -1.0));
    const std::lock_guard lock(mutex_);
    served_[ring.dataset.name][node] = daemon_.store.node(node).boot_at;
    if (const auto waiting = waiting_.find(ring.dataset.name); waiting != waiting_.end())
      waiting->second.erase(node);  // it said so once more before it saw that the ring had begun
  } else if (event == "node" && (state == "gone" || state == "failed" || state == "slow")) {
    if (ring.left_out.insert(node).second)
      record(node, "ring_node_left_out",
             fmt::format("dataset '{}': {}", ring.dataset.name, told.value("why", "")));
  } else if (event == "ended") {
    ring.ended = true;
    const auto done = told.value("done", json::array()).size();
    for (const config::Host* host : ring.hosts)
      record(host->name, "ring_done",
             fmt::format("dataset '{}': {} of {} have it", ring.dataset.name, done,
                         nodes_in_words(ring.hosts.size())),
             told.value("seconds", -1.0));
  }
}

/// What the state says of the node's luck with rings.
void Rings::take_state(Ring& ring, const std::string& node, const std::string& state) {
  const std::lock_guard lock(mutex_);
  if (state == "gone" && !ring.reached.contains(node)) {
    ways_out_.unreached(who(ring.dataset.name, node), Clock::now());
  } else if (state == "done") {
    ring.done.insert(node);
    ways_out_.done(who(ring.dataset.name, node));
  } else if (state == "receiving" && ring.reached.insert(node).second) {
    ways_out_.reached(who(ring.dataset.name, node));
  }
}

/// With the lock held.
void Rings::note_missed(const Ring& ring) {
  for (const config::Host* host : ring.hosts) {
    if (!ring.done.contains(host->name)) ways_out_.missed(who(ring.dataset.name, host->name));
  }
}

void Rings::record(const std::string& node, const std::string& kind, const std::string& message,
                   double seconds) {
  try {
    daemon_.store.record(node, {{.kind = kind, .message = message, .seconds = seconds}});
  } catch (const Error& error) {  // a full disk: the ring goes on
    daemon_.log(fmt::format("error: {} of {} is not recorded: {}", kind, node, error.what()));
  }
}

}  // namespace lucie::daemon
