#include "daemon/manifests.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "wire/manifest.hpp"

namespace lucie::daemon {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

struct stat status_of(const base::FileDescriptor& file, const std::filesystem::path& source) {
  struct stat status {};
  if (!file.valid()) throw EnvironmentError(fmt::format("{} is no file that can be read", source.string()));
  if (fstat(file.get(), &status) != 0) throw_errno("stat " + source.string());
  return status;
}

/// Fewer bytes at the end of the file.
std::size_t read_chunk(int file, std::uint64_t offset, std::vector<char>& buffer,
                       const std::filesystem::path& source) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count =
        pread(file, buffer.data() + filled, buffer.size() - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read " + source.string());
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

}  // namespace

base::FileDescriptor open_source(const std::filesystem::path& source) {
  base::FileDescriptor file(open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file.valid() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return file;
}

Manifests::Version Manifests::version_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

Manifests::Manifests() : reading_([this] { read_all(); }) {}

Manifests::~Manifests() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  reading_.join();
}

std::shared_ptr<const Manifests::Content> Manifests::content(const std::filesystem::path& source) {
  const Version version = version_of(status_of(open_source(source), source));
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(source);
  if (known != known_.end() && known->second.version == version) {
    if (known->second.content) return known->second.content;
    const std::string fault = known->second.fault;
    known_.erase(known);  // the next one who asks tries again
    throw EnvironmentError(fault);
  }
  if (std::ranges::find(wanted_, source) == wanted_.end()) wanted_.push_back(source);
  changed_.notify_all();
  return nullptr;
}

void Manifests::read_all() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !wanted_.empty(); });
    if (ending_) return;
    const std::filesystem::path source = wanted_.front();
    lock.unlock();
    Known read_now = read(source);
    lock.lock();
    known_[source] = std::move(read_now);
    wanted_.pop_front();
  }
}

/// The version is that at the beginning: of a file that is changed meanwhile nobody will ask for it.
Manifests::Known Manifests::read(const std::filesystem::path& source) {
  Known known;
  try {
    const base::FileDescriptor file = open_source(source);
    const struct stat status = status_of(file, source);
    known.version = version_of(status);
    auto content = std::make_shared<Content>();
    content->size = known.version.size;
    content->mode = status.st_mode & 0777;
    std::vector<char> buffer(wire::manifest_chunk);
    for (std::uint64_t offset = 0; offset < content->size; offset += buffer.size()) {
      base::Sha256 hash;
      hash.add({buffer.data(), read_chunk(file.get(), offset, buffer, source)});
      content->digests += hash.finish();
      const std::lock_guard lock(mutex_);
      if (ending_) return {};
    }
    known.content = std::move(content);
  } catch (const Error& error) {
    known.fault = error.what();
  }
  return known;
}

}  // namespace lucie::daemon
