#include "lab/machine.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/process.hpp"
#include "lab/network.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t k_megabyte = 1024 * 1024;
constexpr const char* k_uefi_code = "/usr/share/OVMF/OVMF_CODE_4M.fd";
constexpr const char* k_uefi_variables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/// A machine with more than its share of the processors would wait for itself: one of its own holds a lock
/// while it does not run, and the other turns in circles.
unsigned processors(const Plan& plan) {
  const std::size_t share =
      std::thread::hardware_concurrency() / std::max<std::size_t>(plan.machines.size(), 1);
  return static_cast<unsigned>(std::clamp<std::size_t>(share, 1, 2));
}

/// Firmware and the network card that it boots from. A BIOS boots with the iPXE in the card's ROM; UEFI uses
/// its own drivers, as machines of metal do, and is told to leave out IPv6, for which it would wait minutes.
std::vector<std::string> firmware_options(const Plan& plan, const Machine& machine) {
  const auto card = fmt::format("virtio-net-pci,netdev=net,mac={},bootindex=1", machine.mac_address);
  if (machine.firmware != "uefi") return {"-device", card};
  return {"-device",
          card + ",romfile=",
          "-drive",
          fmt::format("if=pflash,unit=0,format=raw,readonly=on,file={}", k_uefi_code),
          "-drive",
          fmt::format("if=pflash,unit=1,format=raw,file={}", plan.firmware_variables(machine.name).string()),
          "-fw_cfg",
          "name=opt/org.tianocore/IPv6PXESupport,string=n"};
}

}  // namespace

std::vector<std::string> machine_command(const Plan& plan, const Machine& machine) {
  const auto tap = tap_name(plan.number_of(machine));
  std::vector<std::string> line = {
      "qemu-system-x86_64",
      "-name",
      machine.name,
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-machine",
      "pc",
      "-accel",
      "tcg,thread=multi,tb-size=512",  // MiB of translations, all dropped when they are more
      "-cpu",
      "max,-erms",  // with it kernels clear pages byte by byte, each a call of the emulator
      "-smp",
      std::to_string(processors(plan)),
      "-m",
      fmt::format("{}M", machine.memory / k_megabyte),
      "-netdev",
      fmt::format("tap,id=net,ifname={},script=no,downscript=no", tap),
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
  const auto firmware = firmware_options(plan, machine);
  line.insert(line.end(), firmware.begin(), firmware.end());
  return line;
}

void make_media(const Server& server, const Machine& machine) {
  const Plan& plan = server.plan();
  base::run_or_throw(
      {.argv = server.enter_outside_root(
           {"truncate", fmt::format("--size=>{}", machine.disk_size), plan.disk(machine.name)})});
  if (machine.firmware != "uefi") return;
  if (!fs::exists(k_uefi_code)) {
    throw EnvironmentError(fmt::format("machine {} has UEFI, and {} is missing", machine.name, k_uefi_code))
        .hint("install the package ovmf");
  }
  base::run_or_throw({.argv = server.enter_outside_root(
                          {"cp", "--no-clobber", k_uefi_variables, plan.firmware_variables(machine.name)})});
}

}  // namespace lucie::lab
