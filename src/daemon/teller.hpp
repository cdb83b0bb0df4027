#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/watches.hpp"

namespace lucie::daemon {

/// Tells the administrator what watches found, in a thread of its own: mail by the server's sendmail program,
/// one for all that comes within a moment, and the watch's command for each node and agent. How it went is an
/// event of the node (watch_told, watch_failed).
class Teller {
 public:
  explicit Teller(Store& store, std::chrono::milliseconds moment = std::chrono::seconds(2));
  /// Ends what is under way and tells nothing more.
  ~Teller();
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void tell(std::vector<Telling> tellings);

 private:
  void work();
  void run_command(const Telling& telling);
  void send_mail(const std::vector<Telling>& tellings);
  void record(const Telling& telling, const std::string& how, const std::string& failure);

  Store& store_;
  const std::chrono::milliseconds moment_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Telling> waiting_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

/// The mail about what one watch found, with its headers (RFC 5322).
std::string mail_about(const std::vector<Telling>& tellings);

}  // namespace lucie::daemon
