#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "installer/modules/dolly/caller.hpp"
#include "installer/modules/modules.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// Rings that this node fell out of, and fetches that failed: the next try brings what is missing.
constexpr int most_tries = 5;

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

/// What comes is for this node and signed by lucied; what it signed before this installation began is not
/// for it.
void add_trust(std::vector<std::string>& words, const ModuleContext& context) {
  words.insert(words.end(), {"--name", context.slice.host});
  if (context.slice.ring_trust.empty()) return;
  const fs::path trust = context.run / "ring.pub";
  base::write_file(trust, context.slice.ring_trust);
  words.insert(words.end(), {"--trust", trust, "--issued-after", context.slice.server_time});
}

/// False, with a warning, when another try may be better.
bool arrived(ModuleContext& context, const wire::SliceDataset& dataset, const base::Outcome& outcome,
             bool may_try_again) {
  if (outcome.success()) return true;
  const std::string why = fmt::format("dataset '{}': dollyplus: {}: {}", dataset.name, outcome.describe(),
                                      base::trim(outcome.error));
  if (!may_try_again) throw EnvironmentError(why);
  context.reporter.warning(why);
  return false;
}

/// Over HTTP, what no ring has brought. True when everything arrived.
bool fetch(ModuleContext& context, const wire::SliceDataset& dataset, const std::string& path,
           Progress& progress) {
  context.reporter.note(fmt::format("dataset '{}': no ring brings it here, fetching it", dataset.name));
  const fs::path token = context.run / "token";
  base::write_file(token, context.token + "\n", 0600);
  base::Command command;
  command.argv = {base::Paths::from_environment().program("dollyplus", "dolly"),
                  "fetch",
                  server_of(context).url(path),
                  "--root",
                  context.target,
                  "--token",
                  token,
                  "--json",
                  "--quiet"};
  add_trust(command.argv, context);
  command.on_line = [&](std::string_view line) {
    const auto told = nlohmann::json::parse(line, nullptr, false);
    const std::string event = told.is_object() ? told.value("event", "") : "";
    if (event == "progress") progress.show(dataset.name, told.value("verified", std::uint64_t{0}));
  };
  const base::Outcome outcome = base::run(command);
  // Status 2: it would be called wrongly again.
  return arrived(context, dataset, outcome, outcome.exit_status != static_cast<int>(ExitStatus::usage));
}

/// One ring, or what lucied says to do instead. True when everything arrived.
bool take_part(ModuleContext& context, const wire::SliceDataset& dataset, Progress& progress) {
  const fs::path key = context.run / "ring.key";
  base::write_file(key, context.slice.ring_key + "\n", 0600);
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
                  "--once",
                  "--json",
                  "--quiet"};
  add_trust(command.argv, context);
  command.cancelled = [&] { return !caller.way_out().empty(); };
  command.on_line = [&](std::string_view line) {
    const auto told = nlohmann::json::parse(line, nullptr, false);
    const std::string event = told.is_object() ? told.value("event", "") : "";
    if (event == "started") caller.stop();
    if (event == "progress") progress.show(dataset.name, told.value("verified", std::uint64_t{0}));
  };
  const base::Outcome outcome = base::run(command);
  if (const std::string way_out = caller.way_out(); !outcome.success() && !way_out.empty())
    return fetch(context, dataset, way_out, progress);
  // Status 1: this ring failed. Anything else would fail again.
  return arrived(context, dataset, outcome, outcome.exit_status == static_cast<int>(ExitStatus::input));
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
  for (int tries = 1; !take_part(context, dataset, progress); ++tries) {
    if (tries >= most_tries)
      throw EnvironmentError(fmt::format("dataset '{}' did not arrive in {} tries", dataset.name, tries));
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
