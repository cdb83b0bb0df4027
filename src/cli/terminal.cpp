#include "cli/terminal.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/paths.hpp"
#include "base/text.hpp"

namespace lucie::cli {
namespace {

/// A terminal that wants colour: https://no-color.org.
bool wants_colour(int stream) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return isatty(stream) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

void write_text(std::FILE* stream, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

Terminal::Terminal() : moving_(isatty(STDERR_FILENO) == 1) {}

Terminal::~Terminal() {
  clear_line();
}

void Terminal::print(const std::string& text) {
  const std::lock_guard lock(mutex_);
  clear_line();
  write_text(stdout, text);
  if (std::ferror(stdout) != 0) throw EnvironmentError("cannot write to standard output");
}

void Terminal::error(const Error& error) {
  if (const auto* several = dynamic_cast<const FaultsError*>(&error)) {
    faults(several->faults());
  } else {
    faults({error.fault()});
  }
}

void Terminal::faults(const std::vector<Fault>& faults, const std::string& label) {
  const std::lock_guard lock(mutex_);
  clear_line();
  const char* style = label == "error" ? "1;31" : "1;33";
  write_text(stderr, render_faults(faults, styled(label, style, false)));
}

void Terminal::progress(const std::string& doing, double fraction) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const auto since = now - last_shown_;
  const bool new_work = doing != last_doing_;
  if (!new_work && since < (moving_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000)))
    return;
  last_shown_ = now;
  last_doing_ = doing;
  std::string line =
      fraction >= 0 ? fmt::format("{:3.0f}% {}", fraction * 100, doing) : fmt::format("     {}", doing);
  line = base::escape_control(line);
  if (!moving_) {
    write_text(stderr, line + "\n");
    return;
  }
  if (static_cast<int>(line.size()) >= width()) line.resize(width() - 1);
  write_text(stderr, "\r\x1b[K" + line);
  line_shown_ = true;
}

void Terminal::note(const std::string& text) {
  if (!quiet_) message(text + "\n");
}

void Terminal::warning(const std::string& text) {
  message(render_fault({.message = text}, styled("warning", "1;33", false)));
}

void Terminal::detail(const std::string& text) {
  if (verbose_) message(text + "\n");
}

std::string Terminal::definitions_or_default() const {
  return definitions_.empty() ? (base::Paths::from_environment().etc / "lucie.conf").string() : definitions_;
}

std::string Terminal::styled(const std::string& text, const char* style, bool standard_output) const {
  const bool coloured =
      colour_ == Colour::always ||
      (colour_ == Colour::automatic && wants_colour(standard_output ? STDOUT_FILENO : STDERR_FILENO));
  return coloured ? fmt::format("\x1b[{}m{}\x1b[0m", style, text) : text;
}

int Terminal::width() const {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void Terminal::clear_line() {
  if (line_shown_) write_text(stderr, "\r\x1b[K");
  line_shown_ = false;
}

void Terminal::message(const std::string& line) {
  const std::lock_guard lock(mutex_);
  clear_line();
  write_text(stderr, line);
}

}  // namespace lucie::cli
