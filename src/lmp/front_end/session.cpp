#include "lmp/front_end/session.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "lmp/front_end/child.hpp"
#include "lmp/front_end/ending.hpp"
#include "metapackage/front_end.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Answers;
using metapackage::Lmp;

/// False when the script has gone.
bool send(int descriptor, const std::string& reply) {
  std::string_view rest = reply;
  while (!rest.empty()) {
    const ssize_t count = write(descriptor, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Lines of a descriptor, as they come.
class Lines {
 public:
  Lines(int descriptor, std::size_t longest) : descriptor_(descriptor), longest_(longest) {}

  /// Nothing at the end. `wait` is called before each read; what it throws comes through.
  template <class Wait>
  std::optional<std::string> next(Wait wait) {
    while (true) {
      const auto end = text_.find('\n');
      if (end != std::string::npos) return taken(end);
      if (text_.size() > longest_) throw Error(fmt::format("a line of more than {} bytes", longest_));
      wait();
      std::array<char, 4096> buffer{};
      const ssize_t count = read(descriptor_, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count > 0) text_.append(buffer.data(), static_cast<std::size_t>(count));
      if (count <= 0 && text_.empty()) return {};
      if (count <= 0) return taken(text_.size());
    }
  }

 private:
  std::string taken(std::size_t end) {
    std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

  int descriptor_;
  std::size_t longest_;
  std::string text_;
};

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The front end, with our shell library in the place of debconf's.
void write_script(const Lmp& lmp, const fs::path& templates, const fs::path& script) {
  const std::string module = (templates / "front-end/confmodule").string();
  const std::string commands =
      replaced(metapackage::asking_commands(lmp), "/usr/share/debconf/confmodule", base::shell_quote(module));
  base::write_file(script, fmt::format("#!/bin/sh\n. {}\n{}", base::shell_quote(module), commands), 0700);
}

/// What a script that goes on and on, or does nothing at all, is told to be.
constexpr std::size_t most_commands = 100000;

void converse(const Lmp& lmp, DebconfProtocol& protocol, int from, int to, const Interruption& interruption,
              std::chrono::seconds limit) {
  Lines lines(from, 1 << 20);
  const auto wait = [&] {
    if (interruption.wait_for_input(from, limit)) return;
    throw Error(
        fmt::format("the front end of LMP '{}' neither asks nor ends for {} s", lmp.name, limit.count()))
        .hint("nothing was written; '--time-limit' gives it longer");
  };
  while (const auto line = lines.next(wait)) {
    const auto reply = protocol.reply(*line);
    if (!reply || !send(to, *reply + "\n")) return;
    if (protocol.commands_since_asked() < most_commands) continue;
    throw Error(
        fmt::format("the front end of LMP '{}' sent {} commands and asked nothing", lmp.name, most_commands))
        .hint("nothing was written; does it repeat a question that nobody sees?");
  }
}

}  // namespace

LineSource typed_lines(const Interruption& interruption) {
  const auto lines = std::make_shared<Lines>(STDIN_FILENO, 1 << 16);
  return [lines, &interruption] { return lines->next([&] { interruption.wait_for_input(STDIN_FILENO); }); };
}

Answers ask_by_dialogue(const Lmp& lmp, const Answers& current, Dialogue& dialogue,
                        const Interruption& interruption, const SessionOptions& options) {
  const base::TemporaryDirectory work("lucie-front-end");
  write_script(lmp, options.templates, work.path() / "config");
  DebconfProtocol protocol(lmp, current, dialogue,
                           {.priority = options.priority, .languages = language_endings_from_environment()});
  Pipe to_script, from_script;
  Child child({"sh", (work.path() / "config").string(), "reconfigure", lmp.version},
              {.input = to_script.read_end.get(), .output = from_script.write_end.get()}, true);
  to_script.read_end.reset();
  from_script.write_end.reset();
  std::signal(SIGPIPE, SIG_IGN);  // a script that has gone is told by its status
  converse(lmp, protocol, from_script.read_end.get(), to_script.write_end.get(), interruption,
           options.time_limit);
  to_script.write_end.reset();
  check_ending(lmp, child.wait(interruption, options.time_limit), options.time_limit);
  return protocol.answers();
}

}  // namespace lucie::lmp
