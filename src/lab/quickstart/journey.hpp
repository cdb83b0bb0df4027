#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/reporter.hpp"
#include "config/cluster.hpp"
#include "lab/lab.hpp"
#include "wire/event.hpp"

namespace lucie::lab {

/// What quickstart works with: a source tree and the folder in which it is built.
struct JourneyOptions {
  std::filesystem::path source, build;
  std::filesystem::path cache;        ///< LUCIE_CACHE: the only thing that stays
  std::filesystem::path definitions;  ///< the example cluster
};

/// The way from the source of LMPs to installed nodes, as far as it has been walked. The stages use it one
/// after another; each leaves here what later ones need.
class Journey {
 public:
  Journey(JourneyOptions options, base::Reporter& reporter);
  ~Journey();

  const JourneyOptions options;
  base::Reporter& reporter;
  const config::Cluster cluster;

  std::filesystem::path folder() const { return temporary_.path(); }  ///< gone at the end
  std::filesystem::path debs() const { return folder() / "debs"; }
  std::filesystem::path lmp_packages() const { return folder() / "lmp" / "packages"; }
  std::filesystem::path repository() const { return folder() / "lmp" / "repository"; }
  std::filesystem::path keyring() const { return folder() / "lmp" / "lucie-lmp.gpg"; }
  std::filesystem::path logs() const { return options.cache / "lab/log"; }

  /// A program of the build: `program("setup", "lucie-setup")`.
  std::filesystem::path program(const std::string& room, const std::string& name) const;
  /// The environment in which they use the source's LMPs and folders of this journey's own.
  std::map<std::string, std::string> environment() const;

  /// Everything that is run from now on is logged in this stage's file.
  void begin(const std::string& stage) { stage_ = stage; }
  /// Runs it on this machine (contained: nothing of it outlives us, and its
  /// temporary files lie in our folder), its lines logged and shown as progress.
  /// Returns its standard output; throws EnvironmentError with its last words when it fails.
  std::string run(base::Command command);
  /// The same in the lab's server.
  std::string run_in_server(base::Command command);
  /// In the server, for a command that may fail.
  base::Outcome try_in_server(base::Command command);
  /// Its standard output; throws EnvironmentError with its last words when it failed.
  std::string succeed(const std::string& program, const base::Outcome& outcome) const;

  std::optional<Lab> lab;
  std::vector<wire::NodeStatus> nodes;      ///< as lucied told last
  std::vector<wire::NodeStatus> installed;  ///< the same when they had been installed
  const Server& server() const;

  /// Copies the lab's logs beside ours. Never throws.
  void save_logs() const noexcept;

 private:
  base::Outcome run_logged(base::Command command);

  base::FileLock cache_lock_;
  base::TemporaryDirectory temporary_;
  std::string stage_;
};

/// One step of the way.
struct Stage {
  std::string name;   ///< of its log file
  std::string title;  ///< for people
  /// Does it and says in a few words what came out. Throws lucie::Error.
  std::function<std::string(Journey&)> run;
};

/// All of them, in order.
std::vector<Stage> all_stages();

// The stages, by where they work.
std::string build_packages(Journey& journey);
std::string fetch(Journey& journey);
std::string make_clean_root(Journey& journey);
std::string build_lmps(Journey& journey);
std::string publish_lmps(Journey& journey);
std::string start_lab(Journey& journey);
std::string install_lmps(Journey& journey);
std::string show_conflict(Journey& journey);
std::string show_need(Journey& journey);
std::string ask_question(Journey& journey);
std::string check_cluster(Journey& journey);
std::string lock_packages(Journey& journey);
std::string plan_changes(Journey& journey);
std::string apply_changes(Journey& journey);
std::string install_nodes(Journey& journey);
std::string inspect_nodes(Journey& journey);
std::string show_datasets(Journey& journey);
std::string show_modules(Journey& journey);
std::string watch_nodes(Journey& journey);
std::string repair_node(Journey& journey);

}  // namespace lucie::lab
