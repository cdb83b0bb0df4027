#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "installer/modules/modules.hpp"
#include "installer/server.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A ring that this node fell out of: the next one brings what is missing.
constexpr int most_rings = 5;
/// The server forgets a node that does not say again that it is ready.
constexpr auto between_calls = 5s;

Server server_of(const ModuleContext& context) {
  const char* url = std::getenv("LUCIE_SERVER");
  if (url == nullptr || *url == '\0') throw Error("LUCIE_SERVER does not say where lucied is");
  return {url, context.slice.host, context.token};
}

/// Tells lucied that this node listens, again and again until the ring has begun.
class Caller {
 public:
  Caller(const ModuleContext& context, const std::string& dataset)
      : context_(context), path_(fmt::format("/datasets/{}/ready", dataset)), thread_([this] { call(); }) {}
  ~Caller() {
    stop();
    thread_.join();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  void call() {
    const Server server = server_of(context_);
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      lock.unlock();
      call_once(server);
      lock.lock();
      changed_.wait_for(lock, between_calls, [&] { return stopped_.load(); });
    }
  }

  /// A server that is away is called again; its refusal is told, and once.
  void call_once(const Server& server) {
    try {
      const auto answer = server.post(path_, "", [&] { return stopped_.load(); });
      if (answer.status < 400 || told_) return;
      told_ = true;
      context_.reporter.warning(fmt::format("{}: status {}: {}", path_, answer.status,
                                            base::escape_control(base::trim(answer.body))));
    } catch (const Error&) {
    }
  }

  const ModuleContext& context_;
  const std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopped_ = false;
  bool told_ = false;
  std::thread thread_;
};

/// What dollyplus tells, as progress of the module: datasets count by their sizes.
class Progress {
 public:
  explicit Progress(ModuleContext& context) : context_(context) {
    for (const auto& dataset : context.slice.datasets) all_ += dataset.size;
  }
  void show(const std::string& name, std::uint64_t bytes) {
    if (all_ == 0) return;
    const auto done = static_cast<double>(before_ + bytes) / static_cast<double>(all_);
    context_.reporter.progress("dataset " + name, std::min(1.0, done));
  }
  void add(std::uint64_t bytes) { before_ += bytes; }

 private:
  ModuleContext& context_;
  std::uint64_t all_ = 0, before_ = 0;
};

/// One ring. True when everything arrived.
bool take_part(ModuleContext& context, const wire::SliceDataset& dataset, Progress& progress) {
  const fs::path key = context.run / "ring.key";
  base::write_file(key, context.slice.ring_key + "\n", 0600);
  const fs::path trust = context.run / "ring.pub";
  base::write_file(trust, context.slice.ring_trust);
  Caller caller(context, dataset.name);
  base::Command command;
  command.argv = {base::Paths::from_environment().program("dollyplus", "dolly"),
                  "receive",
                  "--root",
                  context.target,
                  "--port",
                  std::to_string(context.slice.ring_port),
                  "--key",
                  key,
                  "--name",
                  context.slice.host,
                  "--once",
                  "--json",
                  "--quiet"};
  // What a ring brings is signed by lucied; what it signed before this installation began is not for it.
  if (!context.slice.ring_trust.empty())
    command.argv.insert(command.argv.end(), {"--trust", trust, "--issued-after", context.slice.server_time});
  command.on_line = [&](std::string_view line) {
    const auto told = nlohmann::json::parse(line, nullptr, false);
    const std::string event = told.is_object() ? told.value("event", "") : "";
    if (event == "started") caller.stop();
    if (event == "progress") progress.show(dataset.name, told.value("verified", std::uint64_t{0}));
  };
  const base::Outcome outcome = base::run(command);
  if (outcome.success()) return true;
  const std::string why = fmt::format("dataset '{}': dollyplus: {}: {}", dataset.name, outcome.describe(),
                                      base::trim(outcome.error));
  // Status 1: this ring failed. Anything else would fail again.
  if (outcome.exit_status != static_cast<int>(ExitStatus::input)) throw EnvironmentError(why);
  context.reporter.warning(why);
  return false;
}

void check_digest(const wire::SliceDataset& dataset, const fs::path& file) {
  if (dataset.sha256.empty()) return;
  const std::string found = base::sha256_file_hex(file);
  if (found == dataset.sha256) return;
  fs::remove(file);
  throw Error(
      fmt::format("dataset '{}' came with SHA-256 {}, wanted {}", dataset.name, found, dataset.sha256))
      .hint("the source on the server was changed: run 'lucie-setup check' there");
}

void unpack(ModuleContext& context, const wire::SliceDataset& dataset, const fs::path& archive) {
  context.reporter.note(fmt::format("unpacking dataset '{}' in {}", dataset.name, dataset.destination));
  base::run_or_throw({.argv = {"tar", "--extract", "--file", archive, "--directory", archive.parent_path()}});
  fs::remove(archive);
}

/// Modules are started again after a failure: what came in this installation is not fetched twice. The mark
/// lies on the disk with the data, and goes when that is partitioned anew.
class Mark {
 public:
  Mark(const ModuleContext& context, const std::string& dataset)
      : file_(context.target / "var/lib/lucie/datasets" / dataset),
        installation_(base::sha256_hex(context.token)) {}
  bool is_set() const { return fs::exists(file_) && base::read_file(file_) == installation_; }
  void set() const {
    fs::create_directories(file_.parent_path());
    base::write_file(file_, installation_, 0600);
  }

 private:
  fs::path file_;
  std::string installation_;
};

void receive(ModuleContext& context, const wire::SliceDataset& dataset, Progress& progress) {
  const fs::path file = context.target / wire::received_as(dataset);
  for (int rings = 1; !take_part(context, dataset, progress); ++rings) {
    if (rings >= most_rings)
      throw EnvironmentError(fmt::format("dataset '{}' did not arrive in {} rings", dataset.name, rings));
  }
  check_digest(dataset, file);
  if (dataset.unpack) unpack(context, dataset, file);
  context.reporter.note(fmt::format("dataset '{}' ({}) is in {}", dataset.name,
                                    base::human_size(dataset.size), dataset.destination));
}

void dolly(ModuleContext& context) {
  if (context.slice.datasets.empty()) return context.reporter.note("no datasets for this node");
  Progress progress(context);
  for (const wire::SliceDataset& dataset : context.slice.datasets) {
    const Mark mark(context, dataset.name);
    if (!mark.is_set()) {
      receive(context, dataset, progress);
      mark.set();
    }
    progress.add(dataset.size);
  }
}

}  // namespace

const ShippedModule dolly_module = {
    .name = "dolly",
    .description = R"({"version":1,"summary":"receive the datasets through the ring","needs":["target"],)"
                   R"("produces":["data"],"weight":20,"timeout":43200})",
    .run = dolly};

}  // namespace lucie::installer
