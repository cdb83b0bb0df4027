#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lucie::daemon {

/// The secure shell host keys of the nodes, in STATE/secrets/hosts/NAME/ssh_host_TYPE_key: made once, so that
/// a node keeps its identity when it is installed again, every node can know every other one, and no node
/// spends time on making keys.
class HostKeys {
 public:
  /// `log` gets a line about keys that cannot be made.
  HostKeys(const std::filesystem::path& state, std::function<void(const std::string&)> log);
  ~HostKeys();
  HostKeys(const HostKeys&) = delete;
  HostKeys& operator=(const HostKeys&) = delete;

  /// "ssh-ed25519 AAAA…" of the host, made when it is not there yet. Throws EnvironmentError when ssh-keygen
  /// fails.
  std::string public_key(const std::string& host);

  /// A tar archive of all its keys, `etc/ssh/ssh_host_TYPE_key` (mode 0600) and `….pub`; those that are not
  /// there yet are made. `stamp`: time of the files. Throws EnvironmentError.
  std::string archive(const std::string& host, std::int64_t stamp);

  /// Makes the missing keys of these hosts in the background, where they do not keep an installation waiting:
  /// an RSA key takes a quarter of a second. What an earlier call has not come to yet is forgotten.
  void prepare(const std::vector<std::string>& hosts);

 private:
  std::filesystem::path key_file(const std::string& host, const std::string& type) const;
  void make(const std::string& host, const std::string& type);
  void work();

  std::filesystem::path folder_;
  std::function<void(const std::string&)> log_;
  std::mutex making_;
  std::mutex waiting_mutex_;
  std::condition_variable waiting_changed_;
  std::vector<std::string> waiting_;
  std::atomic<bool> ending_ = false;
  std::thread worker_;
};

}  // namespace lucie::daemon
