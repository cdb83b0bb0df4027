#pragma once

#include <array>
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

/// The secure shell keys of the cluster, below STATE/secrets. Each is made once:
/// - the nodes' host keys, hosts/NAME/ssh_host_TYPE_key, so that a node keeps its identity when it is
/// installed
///   again, every node can know every other one, and no node spends time on making keys;
/// - the login key, login/id_ed25519, with which root of a node logs in to the others where the module
///   `remotelogin` put it.
class SshKeys {
 public:
  /// `log` gets a line about keys that cannot be made.
  SshKeys(const std::filesystem::path& state, std::function<void(const std::string&)> log);
  ~SshKeys();
  SshKeys(const SshKeys&) = delete;
  SshKeys& operator=(const SshKeys&) = delete;

  /// "ssh-ed25519 AAAA…" of the host, made when it is not there yet. Throws EnvironmentError when ssh-keygen
  /// fails.
  std::string public_host_key(const std::string& host);

  /// Makes those that are missing among the hosts' `public_host_key`s, several at once. Throws
  /// EnvironmentError.
  void make_known(const std::vector<std::string>& hosts);

  /// A tar archive of all its keys, `etc/ssh/ssh_host_TYPE_key` (mode 0600) and `….pub`; those that are not
  /// there yet are made. `stamp`: time of the files. Throws EnvironmentError.
  std::string host_archive(const std::string& host, std::int64_t stamp);

  /// The same of the login key: `root/.ssh/id_ed25519` and `….pub`.
  std::string login_archive(std::int64_t stamp);

  /// Makes the missing keys of these hosts in the background, where they do not keep an installation waiting:
  /// an RSA key takes a quarter of a second. What an earlier call has not come to yet is forgotten.
  void prepare(const std::vector<std::string>& hosts);

 private:
  struct Key {
    std::filesystem::path file;  ///< the private half; the public one ends in .pub
    std::string type, comment;
  };
  Key host_key(const std::string& host, const std::string& type) const;
  void make(const Key& key);
  void work();

  std::filesystem::path folder_;
  std::function<void(const std::string&)> log_;
  std::array<std::mutex, 64> making_;  ///< by file, so that nobody makes a key that is being made
  std::mutex waiting_mutex_;
  std::condition_variable waiting_changed_;
  std::vector<std::string> waiting_;
  std::atomic<bool> ending_ = false;
  std::thread worker_;
};

}  // namespace lucie::daemon
