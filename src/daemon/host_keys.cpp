#include "daemon/host_keys.hpp"

#include <array>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "daemon/tar.hpp"

namespace lucie::daemon {
namespace fs = std::filesystem;
namespace {

/// Those that sshd(8) looks for where its configuration names none. The first one is what known_hosts holds.
constexpr std::array types = {"ed25519", "ecdsa", "rsa"};

void make_private_folder(const fs::path& folder) {
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
}

fs::path public_file(const fs::path& key) {
  return key.string() + ".pub";
}

bool is_there(const fs::path& key) {
  std::error_code ignored;
  return fs::exists(key, ignored) && fs::exists(public_file(key), ignored);
}

}  // namespace

HostKeys::HostKeys(const fs::path& state, std::function<void(const std::string&)> log)
    : folder_(state / "secrets/hosts"), log_(std::move(log)) {}

HostKeys::~HostKeys() {
  {
    const std::lock_guard lock(waiting_mutex_);
    ending_ = true;
  }
  waiting_changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

fs::path HostKeys::key_file(const std::string& host, const std::string& type) const {
  return folder_ / host / fmt::format("ssh_host_{}_key", type);
}

/// Made apart and renamed, the private half last: a key that is there is whole.
void HostKeys::make(const std::string& host, const std::string& type) {
  const fs::path file = key_file(host, type);
  if (is_there(file)) return;
  const std::lock_guard lock(making_);
  if (is_there(file)) return;
  make_private_folder(folder_.parent_path());
  make_private_folder(folder_);
  make_private_folder(file.parent_path());
  const base::TemporaryDirectory beside(".new-", file.parent_path());
  const fs::path made = beside.path() / file.filename();
  base::run_or_throw(
      {.argv = {"ssh-keygen", "-q", "-t", type, "-N", "", "-C", "root@" + host, "-f", made.string()}});
  fs::rename(public_file(made), public_file(file));
  fs::rename(made, file);
  base::sync_directory(file.parent_path());
}

std::string HostKeys::public_key(const std::string& host) {
  make(host, types.front());
  const std::string line = base::read_file(public_file(key_file(host, types.front())));
  const auto words = base::split_words(line);
  if (words.size() < 2) throw Error(fmt::format("the public host key of '{}' is damaged", host));
  return words[0] + " " + words[1];
}

std::string HostKeys::archive(const std::string& host, std::int64_t stamp) {
  Tar tar(stamp);
  for (const char* type : types) {
    make(host, type);
    const fs::path file = key_file(host, type);
    const std::string name = "etc/ssh/" + file.filename().string();
    tar.add(name, base::read_file(file), 0600);
    tar.add(name + ".pub", base::read_file(public_file(file)), 0644);
  }
  return tar.finish();
}

void HostKeys::prepare(const std::vector<std::string>& hosts) {
  {
    const std::lock_guard lock(waiting_mutex_);
    waiting_ = {hosts.rbegin(), hosts.rend()};
  }
  waiting_changed_.notify_all();
  if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
}

void HostKeys::work() {
  std::unique_lock lock(waiting_mutex_);
  for (;;) {
    waiting_changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    const std::string host = waiting_.back();
    waiting_.pop_back();
    lock.unlock();
    try {
      for (auto type = types.begin(); type != types.end() && !ending_; ++type) make(host, *type);
    } catch (const std::exception& error) {
      log_(fmt::format("host keys of {}: {}", host, error.what()));
    }
    lock.lock();
  }
}

}  // namespace lucie::daemon
