#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/files.hpp"
#include "base/process.hpp"
#include "lab/server.hpp"

namespace lucie::lab {

/// Where a lab keeps its lock, logs and consoles: LUCIE_LAB, default /run/lucie-lab.
std::filesystem::path state_folder();

/// A running lab that this process made. When the object or the process ends, in whatever way, everything in
/// the lab ends.
class Lab {
 public:
  /// Makes the lab and waits until its server's root and network are there. Throws EnvironmentError when a
  /// lab runs already in `plan.state`, or when it cannot be made (the reason is the lab's own message).
  explicit Lab(const Plan& plan);
  ~Lab();

  const Server& server() const { return *server_; }
  /// False when the lab was ended from outside.
  bool running() { return keeper_->running(); }
  void stop();

 private:
  void start(const Plan& plan);

  base::FileDescriptor lock_;
  std::filesystem::path state_;
  std::optional<base::BackgroundProcess> keeper_;
  std::optional<base::BackgroundProcess> sweeper_;
  std::optional<Server> server_;
};

/// The lab that runs in `state`, made by some process.
struct RunningLab {
  Server server;
  pid_t owner;  ///< the process that made it
};
std::optional<RunningLab> find_lab(const std::filesystem::path& state);
/// The same; throws lucie::Error with the hint to start one when none runs.
RunningLab require_lab(const std::filesystem::path& state);

/// Ends the lab that runs in `state` and waits until it is gone.
void end_lab(const RunningLab& lab);

}  // namespace lucie::lab
