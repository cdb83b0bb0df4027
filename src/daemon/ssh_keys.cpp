#include "daemon/ssh_keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "daemon/tar.hpp"

namespace lucie::daemon {
namespace fs = std::filesystem;
namespace {

/// Those that sshd(8) looks for where its configuration names none. The first one is what known_hosts holds.
constexpr std::array host_types = {"ed25519", "ecdsa", "rsa"};

void make_private_folder(const fs::path& folder) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
}

fs::path public_half(const fs::path& key) {
  return key.string() + ".pub";
}

bool is_there(const fs::path& key) {
  std::error_code ignored;
  return fs::exists(key, ignored) && fs::exists(public_half(key), ignored);
}

void add_pair(Tar& tar, const std::string& folder, const fs::path& key) {
  const std::string name = folder + key.filename().string();
  tar.add(name, base::read_file(key), 0600);
  tar.add(name + ".pub", base::read_file(public_half(key)), 0644);
}

}  // namespace

SshKeys::SshKeys(const fs::path& state, std::function<void(const std::string&)> log)
    : folder_(state / "secrets"), log_(std::move(log)) {}

SshKeys::~SshKeys() {
  {
    const std::lock_guard lock(waiting_mutex_);
    ending_ = true;
  }
  waiting_changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

SshKeys::Key SshKeys::host_key(const std::string& host, const std::string& type) const {
  return {folder_ / "hosts" / host / fmt::format("ssh_host_{}_key", type), type, "root@" + host};
}

/// Made apart and renamed, the private half last: a key that is there is whole.
void SshKeys::make(const Key& key) {
  if (is_there(key.file)) return;
  const std::lock_guard lock(making_[std::hash<std::string>()(key.file) % making_.size()]);
  if (is_there(key.file)) return;
  make_private_folder(folder_);
  make_private_folder(key.file.parent_path());
  const base::TemporaryDirectory beside(".new-", key.file.parent_path());
  const fs::path made = beside.path() / key.file.filename();
  base::run_or_throw(
      {.argv = {"ssh-keygen", "-q", "-t", key.type, "-N", "", "-C", key.comment, "-f", made.string()}});
  fs::rename(public_half(made), public_half(key.file));
  fs::rename(made, key.file);
  base::sync_directory(key.file.parent_path());
}

std::string SshKeys::public_host_key(const std::string& host) {
  const Key key = host_key(host, host_types.front());
  make(key);
  const auto words = base::split_words(base::read_file(public_half(key.file)));
  if (words.size() < 2) throw Error(fmt::format("the public host key of '{}' is damaged", host));
  return words[0] + " " + words[1];
}

void SshKeys::make_known(const std::vector<std::string>& hosts) {
  std::atomic<std::size_t> next = 0;
  const auto make_some = [&] {
    for (std::size_t index = next++; index < hosts.size(); index = next++)
      make(host_key(hosts[index], host_types.front()));
  };
  const std::size_t workers =
      std::min<std::size_t>(hosts.size(), std::max(2U, std::thread::hardware_concurrency()));
  std::vector<std::future<void>> running;
  for (std::size_t worker = 0; worker < workers; ++worker)
    running.push_back(std::async(std::launch::async, make_some));
  for (std::future<void>& each : running) each.get();
}

std::string SshKeys::host_archive(const std::string& host, std::int64_t stamp) {
  Tar tar(stamp);
  for (const char* type : host_types) {
    const Key key = host_key(host, type);
    make(key);
    add_pair(tar, "etc/ssh/", key.file);
  }
  return tar.finish();
}

std::string SshKeys::login_archive(std::int64_t stamp) {
  const Key key{folder_ / "login/id_ed25519", "ed25519", "root of the cluster's nodes"};
  make(key);
  Tar tar(stamp);
  add_pair(tar, "root/.ssh/", key.file);
  return tar.finish();
}

void SshKeys::prepare(const std::vector<std::string>& hosts) {
  {
    const std::lock_guard lock(waiting_mutex_);
    waiting_ = {hosts.rbegin(), hosts.rend()};
  }
  waiting_changed_.notify_all();
  if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
}

void SshKeys::work() {
  std::unique_lock lock(waiting_mutex_);
  for (;;) {
    waiting_changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const std::string host = waiting_.back();
    waiting_.pop_back();
    lock.unlock();
    try {
      for (auto type = host_types.begin(); type != host_types.end() && !ending_; ++type)
        make(host_key(host, *type));
    } catch (const std::exception& error) {
      log_(fmt::format("host keys of {}: {}", host, error.what()));
    }
    lock.lock();
  }
}

}  // namespace lucie::daemon
