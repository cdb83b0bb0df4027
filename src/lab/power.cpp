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
#include "lab/network.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t k_megabyte = 1024 * 1024;

fs::path process_file(const Plan& plan, const Machine& machine) {
  return plan.state / "machines" / machine.name;
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

/// QEMU holds the machine's tap and disk until the kernel has taken it down.
void wait_for_end(const std::vector<std::string>& processes) {
  for (const std::string& process : processes) {
    for (int waited = 0; waited < 500 && !name_and_state(std::stoi(process)).empty(); ++waited) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

}  // namespace

std::vector<std::string> machine_command(const Plan& plan, const Machine& machine) {
  const auto number = std::find_if(plan.machines.begin(), plan.machines.end(),
                                   [&](const Machine& other) { return other.name == machine.name; });
  const auto tap = tap_name(static_cast<std::size_t>(number - plan.machines.begin()));
  const auto network_device =
      fmt::format("virtio-net-pci,netdev=net,mac={},bootindex=1", machine.mac_address);
  return {"qemu-system-x86_64",
          "-name",
          machine.name,
          "-nodefaults",
          "-no-user-config",
          "-display",
          "none",
          "-machine",
          "pc",
          "-accel",
          "tcg,thread=multi",
          "-cpu",
          "max",
          "-smp",
          "2",
          "-m",
          fmt::format("{}M", machine.memory / k_megabyte),
          "-netdev",
          fmt::format("tap,id=net,ifname={},script=no,downscript=no", tap),
          "-device",
          network_device,
          "-drive",
          fmt::format("id=disk,if=none,format=raw,cache=unsafe,discard=unmap,file={}",
                      plan.disk(machine.name).string()),
          "-device",
          "virtio-blk-pci,drive=disk,bootindex=2",
          "-device",
          "virtio-rng-pci",
          "-chardev",
          fmt::format("socket,id=console,server=on,wait=off,path={},logfile={},logappend=on",
                      plan.console_socket(machine.name).string(), plan.console_log(machine.name).string()),
          "-serial",
          "chardev:console"};
}

void power_on(const Server& server, const Machine& machine) {
  const Plan& plan = server.plan();
  if (is_on(plan, machine)) return;
  base::run_or_throw(
      {.argv = server.enter_outside_root(
           {"truncate", fmt::format("--size=>{}", machine.disk_size), plan.disk(machine.name)})});
  base::BackgroundProcess process({.argv = server.enter_outside_root(machine_command(plan, machine))},
                                  plan.state / "log" / (machine.name + ".qemu"), true);
  // A wrong option or a missing program shows at once.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  if (!process.running()) {
    throw EnvironmentError(
        fmt::format("machine {} does not start: {}", machine.name,
                    base::trim(base::read_file(plan.state / "log" / (machine.name + ".qemu")))));
  }
  base::write_file(process_file(plan, machine), std::to_string(process.release()) + "\n");
}

void power_off(const Server& server, const Machine& machine) {
  const pid_t process = machine_process(server.plan(), machine);
  if (process == 0) return;
  const fs::path children = fmt::format("/proc/{0}/task/{0}/children", process);
  const auto machines =
      fs::exists(children) ? base::split_words(base::read_file(children)) : std::vector<std::string>();
  kill(-process, SIGKILL);  // it was started in a session of its own, with QEMU in its process group
  wait_for_end(machines);
  fs::remove(process_file(server.plan(), machine));
}

bool is_on(const Plan& plan, const Machine& machine) {
  return machine_process(plan, machine) != 0;
}

}  // namespace lucie::lab
