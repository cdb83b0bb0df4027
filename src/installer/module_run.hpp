#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "installer/module.hpp"
#include "installer/session.hpp"

namespace lucie::installer {

/// A line `::progress FRACTION [TEXT]` on a module's standard output tells its progress and is no log line.
struct ProgressLine {
  double fraction;  ///< 0 to 1
  std::string text;
};
std::optional<ProgressLine> read_progress_line(std::string_view line);

/// Runs a module once: its `before` hooks, the program, its `after` hooks, within the module's time limit as
/// a whole. Returns why it failed, or nothing. Whatever a failed run left running is ended, so that the next
/// try does not meet it. The log is appended to RUN/log/MODULE.
std::optional<std::string> run_module(const Module& module, const Session& session,
                                      const std::function<void(std::string_view line)>& on_line,
                                      const std::function<void(const ProgressLine&)>& on_progress);

}  // namespace lucie::installer
