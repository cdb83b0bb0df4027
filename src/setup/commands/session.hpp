#pragma once

#include <functional>
#include <memory>

#include "base/files.hpp"
#include "base/paths.hpp"
#include "cli/terminal.hpp"
#include "setup/inputs.hpp"
#include "setup/service.hpp"

namespace lucie::setup {

/// What the commands that change the server share: root's rights, one at a time, and a Ctrl-C that is heeded
/// where nothing is half done.
class Session {
 public:
  /// Throws EnvironmentError when we are not root. Waits while another one runs.
  Session(const base::Paths& paths, cli::Terminal& terminal);

  std::unique_ptr<ServiceBackend> services() const;
  /// True once SIGINT, SIGTERM or SIGHUP came. From this call on they end nothing by themselves.
  std::function<bool()> cancelled() const;

 private:
  const base::Paths& paths_;
  std::unique_ptr<base::FileLock> lock_;
};

/// Reads definitions, answers and LMPs; tells the warnings. Throws FaultsError. `on_server`: see
/// read_inputs.
Inputs read_inputs_or_throw(const base::Paths& paths, cli::Terminal& terminal, bool on_server = true);

}  // namespace lucie::setup
