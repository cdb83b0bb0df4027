#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "dolly/commands/http.hpp"
#include "dolly/master.hpp"
#include "dolly/recipients.hpp"
#include "dolly/ring_order.hpp"
#include "dolly/sockets.hpp"
#include "dolly/tls.hpp"
#include "dolly/whole_files.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::ordered_json;

/// "64K", "4M": binary.
/// Slower, a single block would take longer than a node may be silent.
constexpr std::uint64_t least_rate = 64 << 10, most_rate = 1ULL << 40;

std::uint32_t read_chunk_size(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const int shift = unit == "K" ? 10 : unit == "M" ? 20 : unit.empty() ? 0 : -1;
  if (fault != std::errc() || shift < 0 || number > most_chunk || number << shift < least_chunk ||
      number << shift > most_chunk || (number << shift) % block_size != 0)
    throw UsageError(fmt::format("'{}' is no size of a chunk", text))
        .hint("write a multiple of 64K from 64K to 64M, such as 4M");
  return static_cast<std::uint32_t>(number << shift);
}

/// Bytes per second; 0 for nothing.
double read_rate(const std::string& text) {
  if (text.empty()) return 0;
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const int shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : unit.empty() ? 0 : -1;
  if (fault != std::errc() || shift < 0 || number > most_rate >> shift || number << shift < least_rate)
    throw UsageError(fmt::format("'{}' is no rate", text))
        .hint("write bytes per second, from 64K on, such as 20M");
  return static_cast<double>(number << shift);
}

/// How many nodes are enough; 0 for nothing.
std::size_t read_quorum(const std::string& text, std::size_t nodes) {
  if (text.empty()) return 0;
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const bool percent = unit == "%";
  if (fault != std::errc() || (!percent && !unit.empty()) || number == 0 || number > (percent ? 100 : nodes))
    throw UsageError(fmt::format("'{}' is no quorum of {} nodes", text, nodes))
        .hint("write a number of nodes, or a share such as 90%");
  return percent ? (nodes * number + 99) / 100 : number;
}

base::SigningKey signing_key(const std::string& file, Verify verify) {
  if (verify == Verify::fast)
    throw UsageError("--sign does not go with --verify fast")
        .hint(
            "checksums can be met on purpose, so that a signature of them proves nothing: use --verify "
            "sha256");
  try {
    return base::SigningKey::from_pem(base::read_file(file, 1 << 16));
  } catch (Error& error) {
    error.context("--sign " + file).hint("'dollyplus keygen DIR' makes one, master.key");
    throw;
  }
}

/// What was wrong with what came, in words.
std::string in_words(const SpoiledReport& report) {
  switch (report.damage) {
    case Damage::block:
      return fmt::format("a block of chunk {} was damaged", report.chunk);
    case Damage::digest:
      return fmt::format("chunk {} has another digest than announced", report.chunk);
    case Damage::signature:
      return fmt::format("chunk {} is not what was signed", report.chunk);
    case Damage::frame:
      break;
  }
  return "a frame was damaged or made up";
}

/// Shows how the ring gets on: on the terminal, and with --json a record a line.
class SendTelling {
 public:
  SendTelling(cli::Terminal& terminal, const std::vector<RingNode>& nodes, const Layout& layout)
      : terminal_(terminal),
        nodes_(nodes),
        bytes_(layout.bytes()),
        stream_(layout.is_stream()),
        verified_(nodes.size()) {}

  void started(const std::string& transfer) {
    ordered_json names = ordered_json::array();
    for (const RingNode& node : nodes_) names.push_back(node.name);
    // How much a stream has is known at its end.
    tell({{"event", "started"},
          {"transfer", transfer},
          {"bytes", stream_ ? ordered_json(nullptr) : ordered_json(bytes_)},
          {"nodes", names}});
  }

  void waiting(std::size_t there) {
    if (there == there_) return;
    there_ = there;
    tell({{"event", "waiting"}, {"there", there}, {"nodes", nodes_.size()}});
    terminal_.detail(fmt::format("{} of {} nodes are there", there, nodes_.size()));
  }

  void changed(const NodeReport& report) {
    const std::string& name = nodes_[report.node].name;
    ordered_json record = {{"event", "node"}, {"node", name}, {"state", to_string(report.state)}};
    if (stream_) bytes_ = std::max(bytes_, report.verified);
    verified_[report.node] = report.state == NodeState::done ? bytes_ : report.verified;
    record["verified"] = verified_[report.node];
    if (report.state >= NodeState::gone) {
      record["why"] = report.why;
      const bool slow = report.state == NodeState::slow;
      terminal_.warning(
          fmt::format("{} is left out{}: {}", name, slow ? " until the others are done" : "", report.why));
    }
    if (report.state == NodeState::done) {
      record["seconds"] = watch_.elapsed().count();
      ++done_;
      terminal_.detail(fmt::format("{} has all of it", name));
    }
    tell(record);
    show();
  }

  void spoiled(const SpoiledReport& report) {
    const std::string& name = nodes_[report.node].name;
    const std::string by = report.by == SpoiledReport::master ? "the sender" : nodes_[report.by].name;
    ordered_json record = {{"event", "spoiled"}, {"node", name}, {"from", nullptr}};
    if (report.by != SpoiledReport::master) record["from"] = by;
    record["what"] = to_string(report.damage);
    record["chunk"] = nullptr;
    if (report.damage != Damage::frame) record["chunk"] = report.chunk;
    record["times"] = report.times;
    tell(record);
    if (told_of_.insert({report.node, report.by, report.damage}).second)
      terminal_.warning(
          fmt::format("{} or the way from there to {} spoils what it sends: {}", by, name, in_words(report)));
  }

  void ended(const std::vector<NodeReport>& reports) {
    ordered_json done = ordered_json::array(), missing = ordered_json::array();
    for (const NodeReport& report : reports) {
      const std::string& name = nodes_[report.node].name;
      if (report.state == NodeState::done) {
        done.push_back(name);
      } else {
        missing.push_back({{"node", name}, {"state", to_string(report.state)}, {"why", report.why}});
      }
    }
    tell({{"event", "ended"}, {"seconds", watch_.elapsed().count()}, {"done", done}, {"missing", missing}});
    const double seconds = std::max(0.001, watch_.elapsed().count());
    terminal_.note(
        fmt::format("{} of {} nodes have {} after {} ({}/s)", done.size(), reports.size(),
                    base::human_size(bytes_), base::format_duration(watch_.elapsed()),
                    base::human_size(static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds))));
  }

 private:
  void show() {
    std::uint64_t all = 0;
    for (const std::uint64_t each : verified_) all += each;
    const double whole = static_cast<double>(bytes_) * static_cast<double>(nodes_.size());
    terminal_.progress(fmt::format("{} of {} nodes done", done_, nodes_.size()),
                       whole > 0 ? static_cast<double>(all) / whole : 1);
  }
  void tell(const ordered_json& content) {
    if (!terminal_.json()) return;
    ordered_json record = {{"version", 1}};
    record.update(content);
    terminal_.print(record.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  }

  cli::Terminal& terminal_;
  const std::vector<RingNode>& nodes_;
  std::uint64_t bytes_;
  const bool stream_;
  std::vector<std::uint64_t> verified_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, Damage>> told_of_;
  std::size_t done_ = 0, there_ = SIZE_MAX;
  base::Stopwatch watch_;
};

class Send : public cli::Command {
 public:
  std::string name() const override { return "send"; }
  std::string summary() const override { return "send files to all nodes of a ring"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("FILE", files_, "files to send");
    arguments.required_option("--to", to_, "NODESET", "nodes and addresses, in the ring's order");
    arguments.option("--order", order_, "FILE",
                     "names of nodes in the ring's order: by switch, rack or speed");
    arguments.option("--wait", wait_, "SECONDS", "for nodes that are not there yet, before the ring starts");
    arguments.option("--quorum", quorum_, "N",
                     "with --wait: start as soon as so many nodes are there, or N%");
    arguments.option("--rate", rate_, "RATE", "send no faster than so many bytes per second, such as 20M");
    arguments.option("--dest", destination_, "PATH",
                     "below the receivers' roots: the new name of one FILE, a folder for several");
    arguments.flag("--unpack", unpack_, "FILE is an archive: unpack it into the folder --dest as it arrives");
    arguments.option("--chunk", chunk_, "SIZE", "unit of verification and repair");
    arguments.option("--compress", compress_, "HOW", "'zstd': what is sent, whenever that is faster",
                     {"none", "zstd"});
    arguments.option("--verify", verify_, "HOW", "'sha256', or 'fast': checksums find damage, but no intent",
                     {"sha256", "fast"});
    arguments.option("--silence", silence_, "SECONDS", "without a sign of life a node is left out");
    arguments.option("--patience", patience_, "SECONDS", "how long a node waits when its sender is gone");
    arguments.option("--linger", linger_, "SECONDS",
                     "how long nodes that do not answer are tried again after the others");
    arguments.option("--sign", signing_key_, "FILE",
                     "sign with this private key, so that no node can change what the others get");
    ring_.declare(arguments);
    http_.declare(arguments);
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  std::vector<std::string> files_;
  std::string signing_key_, to_, destination_, chunk_ = "4M", verify_ = "sha256", compress_ = "none";
  bool unpack_ = false;
  std::string order_, quorum_, rate_;
  int wait_ = 0;
  int silence_ = 1, linger_ = 10, patience_ = 60;
  RingOptions ring_;
  HttpArguments http_;
};

ExitStatus Send::run(cli::Terminal& terminal) {
  if (silence_ < 1 || patience_ < silence_ || linger_ < 0)
    throw UsageError("--silence is at least 1, --patience at least --silence, --linger at least 0");
  http_.check(ring_);
  MasterOptions options;
  options.key = ring_.key();
  options.chunk_size = read_chunk_size(chunk_);
  options.verify = verify_ == "fast" ? Verify::fast : Verify::sha256;
  if (!signing_key_.empty()) options.sign = signing_key(signing_key_, options.verify);
  options.timing.silence = std::chrono::seconds(silence_);
  options.timing.patience = std::chrono::seconds(patience_);
  options.linger = std::chrono::seconds(linger_);
  options.nodes = recipients(to_, terminal.definitions_or_default(), !terminal.definitions().empty(),
                             ring_.checked_port());
  if (!order_.empty()) options.nodes = in_order_of(order_, options.nodes);
  if (wait_ < 0 || (wait_ == 0 && !quorum_.empty()))
    throw UsageError("--quorum needs --wait, which is at least 1");
  options.wait = std::chrono::seconds(wait_);
  options.quorum = read_quorum(quorum_, options.nodes.size());
  options.rate = read_rate(rate_);
  Source source({files_.begin(), files_.end()}, destination_, unpack_);
  const Layout layout(source.offered(), options.chunk_size);
  SendTelling telling(terminal, options.nodes, layout);
  options.encrypt = ring_.encrypt;
  options.pack = compress_ == "zstd";
  std::unique_ptr<FileServer> server;
  if (http_.wanted()) options.is_fetched = [&] { return server && server->was_asked(); };
  TcpNetwork plain;
  std::optional<TlsNetwork> encrypted;
  if (ring_.encrypt) encrypted.emplace(plain, options.key);
  Master master(
      source, ring_.encrypt ? static_cast<Network&>(*encrypted) : plain, options,
      [&](const NodeReport& report) { telling.changed(report); },
      [&](const SpoiledReport& report) { telling.spoiled(report); });
  ServedFiles served;
  if (http_.wanted()) {
    serve_sent(master.offer(), {files_.begin(), files_.end()}, master.store(), options.sign, served);
    server = http_.serve(terminal, "0.0.0.0", options.key, served);
  }
  const struct EndServing {  // before what it serves from is gone
    std::unique_ptr<FileServer>& server;
    ~EndServing() { server.reset(); }
  } end_serving{server};
  telling.started(master.transfer());
  master.on_waiting([&](std::size_t there) { telling.waiting(there); });
  const auto reports = master.run();
  telling.ended(reports);
  const bool all =
      std::ranges::all_of(reports, [](const NodeReport& report) { return report.state == NodeState::done; });
  return all ? ExitStatus::success : ExitStatus::input;
}

}  // namespace

std::unique_ptr<cli::Command> send_command() {
  return std::make_unique<Send>();
}

}  // namespace lucie::dolly
