#include "lab/server.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

const std::map<std::string, std::string> k_clean_environment = {
    {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
    {"HOME", "/root"},
    {"LC_ALL", "C.UTF-8"},
    {"DEBIAN_FRONTEND", "noninteractive"},
};

}  // namespace

std::vector<std::string> in_clean_environment(const std::vector<std::string>& argv,
                                              const std::map<std::string, std::string>& environment) {
  std::vector<std::string> line = {"/usr/bin/env", "-i"};
  std::map<std::string, std::string> variables = environment;
  variables.insert(k_clean_environment.begin(), k_clean_environment.end());
  for (const auto& [name, value] : variables) line.push_back(name + "=" + value);
  line.insert(line.end(), argv.begin(), argv.end());
  return line;
}

std::vector<std::string> Server::enter_outside_root(const std::vector<std::string>& argv) const {
  const std::string spaces = fmt::format("/proc/{}/ns/", keeper_);
  std::vector<std::string> line = {"nsenter",
                                   "--mount=" + spaces + "mnt",
                                   "--net=" + spaces + "net",
                                   "--uts=" + spaces + "uts",
                                   "--ipc=" + spaces + "ipc",
                                   "--pid=" + spaces + "pid_for_children",
                                   "--wd=/",
                                   "--"};
  line.insert(line.end(), argv.begin(), argv.end());
  return line;
}

std::vector<std::string> Server::enter(const std::vector<std::string>& argv,
                                       const std::map<std::string, std::string>& environment) const {
  std::vector<std::string> line = {"chroot", plan_.server_root()};
  const auto command = in_clean_environment(argv, environment);
  line.insert(line.end(), command.begin(), command.end());
  return enter_outside_root(line);
}

base::Outcome Server::run(base::Command command) const {
  command.argv = enter(command.argv, command.environment);
  command.environment.clear();
  return base::run(command);
}

std::string Server::run_or_throw(base::Command command) const {
  const std::string program = command.argv.front();
  const base::Outcome outcome = run(std::move(command));
  if (outcome.success()) return outcome.output;
  const std::string_view told = base::trim(outcome.error.empty() ? outcome.output : outcome.error);
  throw EnvironmentError(fmt::format("{} failed in the lab's server ({}): {}", program, outcome.describe(),
                                     told.substr(told.size() > 2000 ? told.size() - 2000 : 0)));
}

void Server::copy_in(const fs::path& source, const fs::path& target_folder) const {
  const bool folder = fs::is_directory(source);
  const std::string from = folder ? source.string() : source.parent_path().string();
  const std::string what = folder ? "." : source.filename().string();
  const std::string script =
      "mkdir -p \"$3\" && tar -C \"$1\" --owner=0 --group=0 -cf - \"$2\" | tar -C \"$3\" -xf - && chmod 755 "
      "\"$3\"";
  // The source is read by its path outside, which the lab's mount namespace sees too.
  base::run_or_throw({.argv = enter_outside_root({"sh", "-c", script, "copy", from, what,
                                                  plan_.server_root() / target_folder.relative_path()})});
}

void Server::copy_out(const fs::path& folder, const fs::path& target_folder) const {
  fs::create_directories(target_folder);
  const std::string script = "[ ! -d \"$1\" ] || tar -C \"$1\" -cf - . | tar -C \"$2\" --no-same-owner -xf -";
  base::run_or_throw(
      {.argv = enter_outside_root(
           {"sh", "-c", script, "copy", plan_.server_root() / folder.relative_path(), target_folder})});
}

}  // namespace lucie::lab
