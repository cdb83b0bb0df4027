#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/reporter.hpp"

namespace lucie::cli {

/// Where a program's words go: data to standard output, messages and progress to standard error.
class Terminal : public base::Reporter {
 public:
  enum class Colour { automatic, always, never };

  Terminal();
  ~Terminal() override;

  /// Data, as asked for by the user.
  void print(const std::string& text);
  /// `error: …` with position, excerpt and hint.
  void error(const Error& error);
  void faults(const std::vector<Fault>& faults, const std::string& label = "error");

  // base::Reporter
  void progress(const std::string& doing, double fraction) override;  ///< a moving line on a terminal only
  void note(const std::string& text) override;                        ///< not with --quiet
  void warning(const std::string& text) override;
  /// Told with --verbose only.
  void detail(const std::string& text);

  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  bool verbose() const { return verbose_; }
  /// True when standard error is a terminal, so that a display may move.
  bool moving() const { return moving_; }
  /// The `-c` file, or empty when it was not given.
  const std::string& definitions() const { return definitions_; }
  /// `-c` if given, else the default `/etc/lucie/lucie.conf` (LUCIE_ETC).
  std::string definitions_or_default() const;
  /// Text in an ANSI style ("1", "31") when the stream is coloured.
  std::string styled(const std::string& text, const char* style, bool standard_output) const;
  /// Columns of standard error's terminal, 80 if unknown.
  int width() const;

 private:
  friend int run_program(struct Program program, int argc, char** argv);
  void clear_line();
  void message(const std::string& line);

  std::mutex mutex_;
  bool json_ = false, quiet_ = false, verbose_ = false, moving_ = false;
  Colour colour_ = Colour::automatic;
  std::string definitions_;
  bool line_shown_ = false;
  std::string last_doing_;
  std::chrono::steady_clock::time_point last_shown_{};
};

}  // namespace lucie::cli
