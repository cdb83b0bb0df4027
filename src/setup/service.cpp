#include "setup/service.hpp"

#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// Looks through /proc/net/PROTOCOL and its IPv6 sister for a local port in a state.
bool port_open(const std::string& protocol, unsigned port, const std::string& state) {
  const std::string wanted = fmt::format(":{:04X}", port);
  for (const std::string& name : {protocol, protocol + "6"}) {
    std::error_code missing;
    if (!fs::exists("/proc/net/" + name, missing)) continue;
    for (const std::string& line : base::split(base::read_file("/proc/net/" + name), '\n')) {
      const auto words = base::split_words(line);
      if (words.size() > 3 && words[1].ends_with(wanted) && words[3] == state) return true;
    }
  }
  return false;
}

}  // namespace

bool udp_port_open(unsigned port) {
  return port_open("udp", port, "07");  // unconnected
}

bool tcp_port_open(unsigned port) {
  return port_open("tcp", port, "0A");  // listening
}

std::unique_ptr<ServiceBackend> own_backend(const fs::path& run, const fs::path& log) {
  // sd_booted(3): this folder is there when systemd is the machine's first process.
  return fs::is_directory("/run/systemd/system") ? systemd_backend() : process_backend(run, log);
}

void await_ready(ServiceBackend& backend, const Service& service) {
  const auto fail = [&](const std::string& what) {
    EnvironmentError error(fmt::format("{} ({}) {}", service.name, service.purpose, what));
    const std::string words = backend.last_words(service);
    throw error.hint(words.empty() ? "it left no message" : "its last words:\n" + words);
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!service.ready || !service.ready() || !backend.running(service)) {
    if (!backend.running(service)) fail("ended right after its start");
    if (!service.ready) return;
    if (std::chrono::steady_clock::now() > end) fail("does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace lucie::setup
