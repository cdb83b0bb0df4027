#include "base/answer_cache.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::base {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view cache_magic = "lucie answers 1\n";
constexpr std::string_view cache_ending = ".answers";

/// Opened for reading, when nobody else can have written it.
FileDescriptor open_ours(const fs::path& file) {
  FileDescriptor input(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  const bool ours = input.valid() && fstat(input.get(), &status) == 0 && S_ISREG(status.st_mode) &&
                    status.st_uid == geteuid() && (status.st_mode & 022) == 0;
  if (!ours) input.reset();
  return input;
}

void add_text(std::string& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(text);
}

/// Takes a text from the front. Nothing when there is not all of it.
std::optional<std::string_view> take_text(std::string_view& bytes) {
  std::uint32_t size = 0;
  if (bytes.size() < sizeof size) return {};
  std::memcpy(&size, bytes.data(), sizeof size);
  if (bytes.size() - sizeof size < size) return {};
  const std::string_view text = bytes.substr(sizeof size, size);
  bytes.remove_prefix(sizeof size + size);
  return text;
}

}  // namespace

AnswerCache::AnswerCache(fs::path folder, const std::string& name, const std::string& makers)
    : file_(std::move(folder)), makers_(sha256_hex(makers)) {
  if (!works()) return;
  file_ /= name + std::string(cache_ending);
  try {
    read();
  } catch (const Error&) {
    entries_.clear();
  }
}

void AnswerCache::read() {
  const FileDescriptor input = open_ours(file_);
  if (!input.valid()) return;
  const std::string content = read_file(fmt::format("/proc/self/fd/{}", input.get()), 2 * most_bytes);
  std::string_view rest = content;
  const std::string head = std::string(cache_magic) + makers_ + "\n";
  constexpr std::size_t digest_size = 65;  // with its newline
  if (!rest.starts_with(head) || rest.size() < head.size() + digest_size) return;
  const std::string_view digest = rest.substr(head.size(), digest_size);
  rest.remove_prefix(head.size() + digest_size);
  if (sha256_hex(rest) + "\n" != digest) return;
  while (!rest.empty()) {
    const auto key = take_text(rest), text = take_text(rest);
    if (!key || !text) return entries_.clear();
    entries_.emplace(*key, Entry{std::string(*text)});
  }
}

std::optional<std::string> AnswerCache::find(const std::string& key) {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  found->second.asked = true;
  return found->second.text;
}

bool AnswerCache::has(const std::string& key) const {
  const std::lock_guard guard(mutex_);
  return entries_.contains(key);
}

void AnswerCache::keep(const std::string& key, std::string text) {
  if (!works()) return;
  const std::lock_guard guard(mutex_);
  entries_[key] = {std::move(text), true};
  changed_ = true;
}

/// The body of the file: what was asked for comes first, until there is no more room.
std::string AnswerCache::packed() const {
  std::vector<std::pair<const std::string*, const Entry*>> sorted;
  for (const auto& [key, entry] : entries_) sorted.emplace_back(&key, &entry);
  std::ranges::sort(sorted, [](const auto& one, const auto& other) {
    return std::pair(!one.second->asked, *one.first) < std::pair(!other.second->asked, *other.first);
  });
  std::string body;
  for (const auto& [key, entry] : sorted) {
    if (body.size() + key->size() + entry->text.size() > most_bytes) continue;
    add_text(body, *key);
    add_text(body, entry->text);
  }
  return body;
}

void AnswerCache::save() {
  const std::lock_guard guard(mutex_);
  if (!works() || !std::exchange(changed_, false)) return;
  std::error_code failure;
  fs::create_directories(file_.parent_path(), failure);
  if (failure) return;
  const std::string body = packed();
  const std::string head = std::string(cache_magic) + makers_ + "\n" + sha256_hex(body) + "\n";
  try {
    write(head, body);
    remove_oldest();
  } catch (const std::exception&) {  // the next run works it out again
  }
}

/// Beside, then renamed. Not synced: what a power cut leaves has not this digest.
void AnswerCache::write(const std::string& head, const std::string& body) const {
  const fs::path beside = fmt::format("{}.new-{}", file_.string(), random_hex(4));
  FileDescriptor output(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!output.valid()) return;
  bool whole = true;
  for (std::string_view rest : {std::string_view(head), std::string_view(body)}) {
    while (whole && !rest.empty()) {
      const ssize_t count = ::write(output.get(), rest.data(), rest.size());
      whole = count > 0 || (count < 0 && errno == EINTR);
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  output.reset();
  if (!whole || rename(beside.c_str(), file_.c_str()) != 0) unlink(beside.c_str());
}

void AnswerCache::remove_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(file_.parent_path(), ignored)) {
    // What a killed process was about to write is as old as any.
    if (entry.path().filename().string().find(cache_ending) != std::string::npos)
      files.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  std::ranges::sort(files);
  for (std::size_t place = 0; place + most_files < files.size(); ++place)
    fs::remove(files[place].second, ignored);
}

std::string program_stamp() {
  struct stat status {};
  if (stat("/proc/self/exe", &status) != 0) throw_errno("stat /proc/self/exe");
  return fmt::format("{}.{} {} {}.{}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size,
                     status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

}  // namespace lucie::base
