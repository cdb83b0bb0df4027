#include "lab/power.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <thread>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "lab/machine.hpp"
#include "lab/node/capabilities.hpp"
#include "lab/node/node.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

fs::path process_file(const Plan& plan, const Machine& machine) {
  return plan.state / "machines" / machine.name;
}

/// What QEMU, or the node's own power supply, has to say.
fs::path power_log(const Plan& plan, const Machine& machine) {
  return plan.state / "log" / (machine.name + (machine.is_namespace() ? ".node" : ".qemu"));
}

/// "(name) S …", the fields of proc(5) stat behind the number; empty when there is no such process.
std::string name_and_state(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  return text.substr(std::min(text.find('('), text.size()));
}

/// The process that entered the lab for that machine; 0 when it is off. Nobody may have collected it yet when
/// the machine switched itself off: then it is a zombie.
pid_t machine_process(const Plan& plan, const Machine& machine) {
  const fs::path file = process_file(plan, machine);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return 0;
  const pid_t process = std::stoi(base::read_file(file));
  const std::string state = name_and_state(process);
  return state.starts_with("(nsenter) ") && !state.starts_with("(nsenter) Z") ? process : 0;
}

/// What QEMU said, or what runs a node of namespaces.
std::string last_words(const Plan& plan, const Machine& machine) {
  const fs::path log = power_log(plan, machine);
  return fs::exists(log) ? std::string(base::trim(base::read_file(log))) : std::string();
}

/// QEMU holds the machine's tap and disk until the kernel has taken it down; a node of namespaces waits for
/// the end of all that runs in it. False when that takes more than ten seconds.
bool wait_for_end(const std::vector<std::string>& processes) {
  int waited = 0;
  for (const std::string& process : processes) {
    for (; !name_and_state(std::stoi(process)).empty(); ++waited) {
      if (waited == 500) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  return true;
}

std::vector<std::string> children_of(pid_t process) {
  const fs::path children = fmt::format("/proc/{0}/task/{0}/children", process);
  std::error_code ignored;
  return fs::exists(children, ignored) ? base::split_words(base::read_file(children))
                                       : std::vector<std::string>();
}

/// Once it has become the node's own program: until then it is still this one.
bool is_first_of_a_namespace(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  std::string line, name;
  while (std::getline(file, line)) {
    const auto words = base::split_words(line);
    if (words.size() > 1 && words[0] == "Name:") name = words[1];
    if (words.size() > 1 && words[0] == "NSpid:") return words.back() == "1" && name != "lucie-lab";
  }
  return false;
}

}  // namespace

void power_on(const Server& server, const Machine& machine) {
  const Plan& plan = server.plan();
  if (is_on(plan, machine)) return;
  make_media(server, machine);
  const auto command = machine.is_namespace() ? node_command(plan, machine) : machine_command(plan, machine);
  base::BackgroundProcess process({.argv = server.enter_outside_root(command)}, power_log(plan, machine),
                                  true);
  // A wrong option or a missing program shows at once.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  if (!process.running()) {
    throw EnvironmentError(
        fmt::format("machine {} does not start: {}", machine.name, last_words(plan, machine)));
  }
  base::write_file(process_file(plan, machine), std::to_string(process.release()) + "\n");
}

void power_off(const Server& server, const Machine& machine) {
  const pid_t process = machine_process(server.plan(), machine);
  if (process == 0) return;
  const auto machines = children_of(process);
  // It was started in a session of its own, with QEMU in its process group.
  if (!machine.is_namespace() || kill(-process, SIGTERM) != 0 || !wait_for_end(machines))
    kill(-process, SIGKILL);
  wait_for_end(machines);
  fs::remove(process_file(server.plan(), machine));
}

bool is_on(const Plan& plan, const Machine& machine) {
  return machine_process(plan, machine) != 0;
}

std::string dead_machine(const Server& server) {
  const Plan& plan = server.plan();
  for (const Machine& machine : plan.machines) {
    // Switching it off takes the file away.
    if (!fs::exists(process_file(plan, machine)) || is_on(plan, machine)) continue;
    const std::string said = last_words(plan, machine);
    return fmt::format("machine {} ended by itself{}", machine.name, said.empty() ? "" : ": " + said);
  }
  return {};
}

pid_t first_process(const Plan& plan, const Machine& machine) {
  pid_t process = machine_process(plan, machine);  // nsenter, the power supply, the boot, its first process
  for (int generation = 0; process != 0 && generation < 3; ++generation) {
    const auto children = children_of(process);
    process = children.empty() ? 0 : std::stoi(children.front());
  }
  return process != 0 && is_first_of_a_namespace(process) ? process : 0;
}

std::vector<std::string> enter_node(const Plan& plan, const Machine& machine,
                                    const std::vector<std::string>& argv,
                                    const std::map<std::string, std::string>& environment) {
  if (!machine.is_namespace())
    throw Error(fmt::format("{} is a machine with a kernel of its own", machine.name))
        .hint(fmt::format("log in: lucie-lab exec -- ssh {}", machine.name));
  const pid_t first = first_process(plan, machine);
  if (first == 0)
    throw Error(fmt::format("{} is off, or has not booted yet", machine.name))
        .hint(fmt::format("'lucie-lab power {} on' switches it on", machine.name));
  // What a node's own programs cannot do to the machine, a program that comes from outside must not do
  // either.
  std::vector<std::string> line = {"setpriv", "--bounding-set", machine_capabilities(),
                                   "nsenter", "--target",       std::to_string(first),
                                   "--mount", "--uts",          "--ipc",
                                   "--net",   "--pid",          "--cgroup",
                                   "--"};
  const auto command = in_clean_environment(argv, environment);
  line.insert(line.end(), command.begin(), command.end());
  return line;
}

}  // namespace lucie::lab
