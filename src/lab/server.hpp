#pragma once

#include <sys/types.h>

#include "base/process.hpp"
#include "lab/plan.hpp"

namespace lucie::lab {

/// The command line that runs `argv` with a clean environment plus `environment`.
std::vector<std::string> in_clean_environment(const std::vector<std::string>& argv,
                                              const std::map<std::string, std::string>& environment);

/// A way into a running lab: runs programs in its namespaces, in the server's root or (QEMU) in the
/// machine's.
class Server {
 public:
  /// `keeper`: the process that made the lab's namespaces (Lab::keeper).
  Server(Plan plan, pid_t keeper) : plan_(std::move(plan)), keeper_(keeper) {}

  const Plan& plan() const { return plan_; }

  /// The command line that runs `argv` in the server's root with a clean environment (plus `environment`).
  std::vector<std::string> enter(const std::vector<std::string>& argv,
                                 const std::map<std::string, std::string>& environment = {}) const;
  /// The command line that runs `argv` in the lab's namespaces with the machine's own files and programs.
  std::vector<std::string> enter_outside_root(const std::vector<std::string>& argv) const;

  /// Runs it in the server's root; see base::run. `command.argv` and `command.environment` are the server's.
  base::Outcome run(base::Command command) const;
  std::string run_or_throw(base::Command command) const;

  /// Copies a file or a whole folder into the server's root (by tar, owner root).
  void copy_in(const std::filesystem::path& source, const std::filesystem::path& target_folder) const;
  /// Copies `folder` of the server out into `target_folder`, which is made.
  void copy_out(const std::filesystem::path& folder, const std::filesystem::path& target_folder) const;

 private:
  Plan plan_;
  pid_t keeper_;
};

}  // namespace lucie::lab
