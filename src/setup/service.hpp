#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lucie::setup {

/// One of the server's daemons.
struct Service {
  std::string name;                  ///< also the name of its systemd unit: "lucie-dhcp"
  std::string purpose;               ///< "DHCP and TFTP"
  std::vector<std::string> command;  ///< how it runs in the foreground
  std::function<bool()> ready;       ///< true when it answers
  bool hangup_reloads = true;        ///< SIGHUP reads its configuration anew
};

/// How daemons are started and stopped on this machine.
class ServiceBackend {
 public:
  virtual ~ServiceBackend() = default;
  virtual bool running(const Service& service) = 0;
  /// Starts it, or ends the old one, waits until it is gone, and starts it anew.
  virtual void restart(const Service& service) = 0;
  /// Lets a running one read what may change under it.
  virtual void reload(const Service& service) = 0;
  /// The last lines that it wrote, for an error message.
  virtual std::string last_words(const Service& service) = 0;
};

/// With systemd (a unit each, from data/systemd).
std::unique_ptr<ServiceBackend> systemd_backend();

/// Plain processes, for containers and the lab: `run`/NAME.pid ("PID STARTTIME"), `log`/NAME.log.
std::unique_ptr<ServiceBackend> process_backend(const std::filesystem::path& run,
                                                const std::filesystem::path& log);

/// systemd when it runs this machine, else processes.
std::unique_ptr<ServiceBackend> own_backend(const std::filesystem::path& run,
                                            const std::filesystem::path& log);

/// Waits until the service answers. Throws EnvironmentError with its last words when it ends before, or
/// does not within 60 seconds.
void await_ready(ServiceBackend& backend, const Service& service);

/// Somebody in our network namespace has the port open: UDP bound, or TCP listening.
bool udp_port_open(unsigned port);
bool tcp_port_open(unsigned port);

}  // namespace lucie::setup
