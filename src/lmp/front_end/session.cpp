#include "lmp/front_end/session.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lmp/front_end/protocol.hpp"
#include "metapackage/front_end.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Answers;
using metapackage::Lmp;
using metapackage::Question;

/// A program that shares our terminal (and so our process group), with other files as its standard input and
/// output where these are not negative.
pid_t start(const std::vector<std::string>& words, int input, int output) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (input >= 0) posix_spawn_file_actions_adddup2(&actions, input, 0);
  if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, 1);
  pid_t child = -1;
  const int failure = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0)
    throw EnvironmentError(fmt::format("cannot run {}: {}", words[0], std::strerror(failure)));
  return child;
}

void finish(pid_t child, const Lmp& lmp) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string how = WIFEXITED(status) ? fmt::format("exit status {}", WEXITSTATUS(status))
                                            : fmt::format("signal {}", WTERMSIG(status));
  throw Error(fmt::format("the front end of LMP '{}' failed: {}", lmp.name, how)).hint("nothing was written");
}

struct Pipe {
  base::FileDescriptor read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

/// Commands come line by line, each gets its reply; false when the script has gone.
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

void converse(DebconfProtocol& protocol, int from, int to) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      const auto reply = protocol.reply(text.substr(0, end));
      text.erase(0, end + 1);
      if (!reply || !send(to, *reply + "\n")) return;
    }
  }
}

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string full_name(const Lmp& lmp, const Question& question) {
  return base::shell_quote(fmt::format("lmp-{}/{}", lmp.name, question.name));
}

/// A script for debconf: tells it the questions and what is known, runs the front end, and leaves each answer
/// in a file of the question's name.
std::string debconf_script(const Lmp& lmp, const Answers& current, const fs::path& work) {
  std::string text = "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\n";
  text += fmt::format("db_x_loadtemplatefile {} lmp-{}\n",
                      base::shell_quote((lmp.tree / "debconf/templates").string()), lmp.name);
  for (const Question& question : lmp.questions) {
    text += fmt::format("db_fset {} seen false\n", full_name(lmp, question));
    const auto known = current.find(question.name);
    if (known == current.end()) continue;
    text += fmt::format("db_set {} {}\n", full_name(lmp, question), base::shell_quote(known->second));
  }
  text += fmt::format("sh {} reconfigure {}\n", base::shell_quote((work / "config").string()),
                      base::shell_quote(lmp.version));
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    text += fmt::format("db_get {}\nprintf '%s\\n' \"$RET\" > {}\n", full_name(lmp, question),
                        base::shell_quote((work / "answers" / question.name).string()));
  }
  return text;
}

}  // namespace

Answers ask_by_text(const Lmp& lmp, const Answers& current, Dialogue* dialogue, const fs::path& templates) {
  const base::TemporaryDirectory work("lucie-front-end");
  const std::string module = (templates / "front-end/confmodule").string();
  const std::string commands =
      replaced(metapackage::asking_commands(lmp), "/usr/share/debconf/confmodule", base::shell_quote(module));
  base::write_file(work.path() / "config",
                   fmt::format("#!/bin/sh\n. {}\n{}", base::shell_quote(module), commands), 0700);
  DebconfProtocol protocol(lmp, current, dialogue);
  Pipe to_script, from_script;
  const pid_t child = start({"sh", (work.path() / "config").string(), "reconfigure", lmp.version},
                            to_script.read_end.get(), from_script.write_end.get());
  to_script.read_end.reset();
  from_script.write_end.reset();
  signal(SIGPIPE, SIG_IGN);  // a script that has gone is told by its status
  try {
    converse(protocol, from_script.read_end.get(), to_script.write_end.get());
  } catch (...) {
    kill(child, SIGTERM);
    waitpid(child, nullptr, 0);
    throw;
  }
  to_script.write_end.reset();
  finish(child, lmp);
  return protocol.answers();
}

bool has_debconf() {
  std::error_code ignored;
  return geteuid() == 0 && fs::exists("/usr/share/debconf/confmodule", ignored) &&
         !base::find_in_path("debconf").empty();
}

Answers ask_by_debconf(const Lmp& lmp, const Answers& current) {
  const base::TemporaryDirectory work("lucie-front-end");
  fs::create_directory(work.path() / "answers");
  base::write_file(work.path() / "config",
                   "#!/bin/sh\n. /usr/share/debconf/confmodule\n" + metapackage::asking_commands(lmp), 0700);
  base::write_file(work.path() / "run", debconf_script(lmp, current, work.path()), 0700);
  std::vector<std::string> words = {"debconf", "--owner=lmp-" + lmp.name};
  if (std::getenv("DEBIAN_PRIORITY") == nullptr)
    words.push_back("--priority=low");  // as dpkg-reconfigure asks
  words.push_back((work.path() / "run").string());
  finish(start(words, -1, -1), lmp);
  Answers answers;
  for (const Question& question : lmp.questions) {
    if (!question.has_answer()) continue;
    answers[question.name] = base::trim(base::read_file(work.path() / "answers" / question.name));
  }
  return answers;
}

}  // namespace lucie::lmp
