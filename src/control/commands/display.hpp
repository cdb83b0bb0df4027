#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/terminal.hpp"
#include "control/client.hpp"
#include "control/watch.hpp"

namespace lucie::control {

/// Nodes under way on standard error: a moving table on a terminal, elsewhere a line when a node comes to
/// another stage.
class Display {
 public:
  explicit Display(cli::Terminal& terminal) : terminal_(terminal) {}
  ~Display() { clear(); }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  void show(const std::vector<wire::NodeStatus>& nodes);
  /// Takes the moving table away.
  void clear();

 private:
  void show_table(const std::vector<wire::NodeStatus>& nodes);
  void show_changes(const std::vector<wire::NodeStatus>& nodes);

  cli::Terminal& terminal_;
  int lines_shown_ = 0;
  std::map<std::string, std::string> stages_;  ///< by node
};

/// Prints how each node ended, with the last lines of the log where one failed. Exit status `input` unless
/// all are installed.
ExitStatus report_outcomes(cli::Terminal& terminal, const Client& client,
                           const std::vector<wire::NodeStatus>& nodes);

}  // namespace lucie::control
