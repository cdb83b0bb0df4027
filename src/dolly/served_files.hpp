#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/files.hpp"
#include "dolly/threads.hpp"

/// What a program has complete, for nodes that fetch it over HTTP because no ring reaches them.
namespace lucie::dolly {

/// Why a file is not given; `status` as HTTP has it.
class NotServed : public std::runtime_error {
 public:
  NotServed(int status, const std::string& why) : std::runtime_error(why), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// Called by several threads.
class ServedFile {
 public:
  virtual ~ServedFile() = default;
  /// Nothing while its digests are not known. Throws NotServed.
  virtual std::optional<std::string> manifest() = 0;
  /// As it was when it was complete. Throws NotServed when it was changed since.
  virtual base::FileDescriptor open() = 0;
  /// Bytes that it holds in memory.
  virtual std::size_t memory() const { return 0; }
};

/// By the paths that the receivers call them. For several threads.
class ServedFiles {
 public:
  /// In the place of what had this path. Those that were added first are forgotten when too much is held in
  /// memory.
  void add(const std::string& path, std::shared_ptr<ServedFile> file);
  /// It is there, but not to be had; why.
  void add_unserved(const std::string& path, const std::string& why);
  /// Null when there is none.
  std::shared_ptr<ServedFile> find(const std::string& path) const;

 private:
  void forget_old();

  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<ServedFile>> files_;
  std::deque<std::string> order_;
  std::size_t memory_ = 0;
};

}  // namespace lucie::dolly
