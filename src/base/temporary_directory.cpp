#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace lucie::base {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t random_bytes = 8;

fs::path standard_parent() {
  const char* variable = std::getenv("TMPDIR");
  return variable != nullptr && *variable != '\0' ? variable : "/tmp";
}

enum class Locking { done, impossible, unsupported };

/// Locks our directory of that name: impossible when it is gone, another user's, or in use; unsupported on
/// file systems without locks for directories.
Locking lock_directory(const fs::path& directory, FileDescriptor& lock) {
  lock.reset(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat opened {
  }, named{};
  if (!lock.valid() || fstat(lock.get(), &opened) != 0 || opened.st_uid != geteuid())
    return Locking::impossible;
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? Locking::impossible : Locking::unsupported;
  const bool same = lstat(directory.c_str(), &named) == 0 && named.st_ino == opened.st_ino;
  return same ? Locking::done : Locking::impossible;
}

/// Written by us: the prefix, '-', and random digits.
bool is_temporary(const std::string& name, const std::string& prefix) {
  return name.size() == prefix.size() + 1 + 2 * random_bytes && name.starts_with(prefix + "-") &&
         name.find_first_not_of("0123456789abcdef", prefix.size() + 1) == std::string::npos;
}

/// Those that processes left which were killed. The kernel dropped their locks.
void remove_abandoned(const fs::path& parent, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (!is_temporary(entry.path().filename(), prefix)) continue;
    FileDescriptor lock;
    if (lock_directory(entry.path(), lock) == Locking::done) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

TemporaryDirectory::TemporaryDirectory(const std::string& prefix, const fs::path& given) {
  const fs::path parent = given.empty() ? standard_parent() : given;
  remove_abandoned(parent, prefix);
  // Until it is locked another process may take it for abandoned: then we make another one.
  for (int attempt = 0; attempt < 100; ++attempt) {
    path_ = parent / (prefix + "-" + random_hex(random_bytes));
    if (mkdir(path_.c_str(), 0700) != 0) throw_errno("make a temporary directory " + path_.string());
    if (lock_directory(path_, lock_) != Locking::impossible) return;
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  throw EnvironmentError("directories in " + parent.string() + " cannot be locked");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace lucie::base
