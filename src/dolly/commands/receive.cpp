#include <csignal>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "dolly/commands/http.hpp"
#include "dolly/destination.hpp"
#include "dolly/receiver.hpp"
#include "dolly/sockets.hpp"
#include "dolly/whole_files.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string names_of(const std::vector<OfferedFile>& files) {
  std::vector<std::string> names;
  for (const OfferedFile& file : files) names.push_back(file.path);
  return base::join(names, ", ");
}

/// Tells on the terminal, and with --json a record a line.
class ReceiveTelling : public ReceiverEvents {
 public:
  ReceiveTelling(cli::Terminal& terminal, bool trusted) : terminal_(terminal), trusted_(trusted) {}

  void started(const Offer& offer, const std::string& from) override {
    files_ = names_of(offer.files);
    watch_ = {};
    const Layout layout(offer.files, offer.chunk_size);
    const std::string size = layout.is_stream() ? "a stream" : base::human_size(layout.bytes());
    terminal_.note(fmt::format("receiving {} ({}) from {}", files_, size, from));
    tell({{"event", "started"},
          {"from", from},
          {"files", paths_of(offer)},
          {"bytes", layout.is_stream() ? ordered_json(nullptr) : ordered_json(layout.bytes())},
          {"trusted", trusted_},
          {"encrypted", offer.encrypted}});
  }

  void progress(const Reception::Progress& progress) override {
    if (progress.verified == told_) return;
    told_ = progress.verified;
    const bool known = progress.all > 0;  // of a stream it is at its end
    const double fraction =
        known ? static_cast<double>(progress.verified) / static_cast<double>(progress.all) : 0;
    terminal_.progress(files_, fraction);
    tell({{"event", "progress"},
          {"verified", progress.verified},
          {"bytes", known ? ordered_json(progress.all) : ordered_json(nullptr)}});
  }

  void ended(const std::string& why) override {
    if (why.empty()) {
      terminal_.note(fmt::format("received {} in {}", files_, base::format_duration(watch_.elapsed())));
      tell({{"event", "done"}, {"seconds", watch_.elapsed().count()}});
    } else {
      terminal_.error(Error("the transfer failed: " + why));
      tell({{"event", "failed"}, {"why", why}});
    }
  }

  void refused(const std::string& peer, const std::string& why) override {
    terminal_.detail(fmt::format("turned away {}: {}", peer, why));
    tell({{"event", "refused"}, {"peer", peer}, {"why", why}});
  }

 private:
  static ordered_json paths_of(const Offer& offer) {
    ordered_json paths = ordered_json::array();
    for (const OfferedFile& file : offer.files) paths.push_back(file.path);
    return paths;
  }
  void tell(const ordered_json& content) {
    if (!terminal_.json()) return;
    ordered_json record = {{"version", 1}};
    record.update(content);
    terminal_.print(record.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  }

  cli::Terminal& terminal_;
  const bool trusted_;
  std::string files_;
  std::uint64_t told_ = UINT64_MAX;
  base::Stopwatch watch_;
};

class Receive : public cli::Command {
 public:
  std::string name() const override { return "receive"; }
  std::string summary() const override { return "take part in rings: receive files and pass them on"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.option("--root", root_, "DIR", "folder that everything received stays below");
    arguments.option("--output", output_, "PATH",
                     "where a single file goes: a block device, a pipe, '-' for standard output");
    arguments.flag("--resume", resume_, "with a device as --output: look first what lies there already");
    arguments.option("--listen", listen_, "ADDRESS", "IPv4 address to listen on");
    arguments.flag("--once", once_, "end after one transfer; success only if all of it is verified");
    arguments.option("--wait-master", wait_master_, "SECONDS",
                     "how long to wait when the sender is gone; else as long as it says (60)");
    trust_.declare(arguments);
    ring_.declare(arguments);
    http_.declare(arguments);
    arguments.json();
  }

  ExitStatus run(cli::Terminal& terminal) override {
    if (wait_master_ < 0) throw UsageError("--wait-master is at least 1");
    http_.check(ring_);
    ReceiverOptions options{places(terminal), ring_.key(), trust_.options(root_), ring_.encrypt};
    if (wait_master_ > 0) options.wait_master = std::chrono::seconds(wait_master_);
    TcpNetwork network;
    const auto listener = listen_for_ring(listen_, ring_.checked_port());
    std::unique_ptr<FileServer> server;
    if (http_.wanted()) server = http_.serve(terminal, listen_, options.key, served_);
    ReceiveTelling telling(terminal, !trust_.files.empty());
    Receiver receiver(options, network, *listener, telling);
    terminal.detail(fmt::format("listening on {}:{}", listen_, listener->port()));
    for (;;) {
      const bool whole = receiver.receive_one();
      if (once_) return whole ? ExitStatus::success : ExitStatus::input;
    }
  }

 private:
  /// Throws UsageError and EnvironmentError.
  OpenFiles places(const cli::Terminal& terminal) {
    const bool device = fs::is_block_file(output_);
    if (root_.empty() && !device)
      throw UsageError("say --root DIR")
          .hint(output_.empty() ? "everything received stays below it"
                                : "what goes to --output is kept there until the others have it");
    if (!root_.empty() && !fs::is_directory(root_))
      throw EnvironmentError(fmt::format("{} is no folder", root_)).hint("make it first");
    if (resume_ && !device) throw UsageError("--resume needs a block device as --output");
    if (output_.empty()) return http_.wanted() ? served_files_below(root_, served_) : files_below(root_);
    if (http_.wanted()) throw UsageError("--http serves what is below --root, not what goes to --output");
    if (output_ == "-" && terminal.json())
      throw UsageError("--output - and --json want the same standard output");
    if (output_ != "-" && (!fs::exists(output_) || fs::is_directory(output_) || fs::is_regular_file(output_)))
      throw UsageError(fmt::format("--output {} is no device or pipe", output_))
          .hint("'send --dest' says what a file is called below --root");
    // Whoever reads the pipe may go away; then this transfer fails, not this program.
    std::signal(SIGPIPE, SIG_IGN);
    return single_output({output_, root_, resume_});
  }

  std::string root_, output_, listen_ = "0.0.0.0";
  int wait_master_ = 0;
  bool once_ = false, resume_ = false;
  TrustArguments trust_;
  RingOptions ring_;
  HttpArguments http_;
  ServedFiles served_;
};

}  // namespace

std::unique_ptr<cli::Command> receive_command() {
  return std::make_unique<Receive>();
}

}  // namespace lucie::dolly
