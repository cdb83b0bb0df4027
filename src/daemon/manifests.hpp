#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/files.hpp"

struct stat;

namespace lucie::daemon {

/// A regular file that is served to nodes; invalid when there is none at this absolute path.
base::FileDescriptor open_source(const std::filesystem::path& source);

/// What sources of datasets are made of, for nodes that fetch them over HTTP. Every version of a file is read
/// once, by a thread of its own: requests never wait for it.
class Manifests {
 public:
  struct Content {
    std::uint64_t size = 0;
    std::uint32_t mode = 0;
    std::string digests;  ///< of all chunks (wire::manifest_chunk), one behind the other
  };

  Manifests();
  /// Ends what is being read.
  ~Manifests();

  /// Null: it is being read; ask again. Throws EnvironmentError when it cannot be read.
  std::shared_ptr<const Content> content(const std::filesystem::path& source);

 private:
  /// Tells whether a file was changed.
  struct Version {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified = 0, changed = 0;  ///< nanoseconds
    friend bool operator==(const Version&, const Version&) = default;
  };
  struct Known {
    Version version;
    std::shared_ptr<const Content> content;  ///< null: `fault`
    std::string fault;
  };
  static Version version_of(const struct stat& status);

  void read_all();
  Known read(const std::filesystem::path& source);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::filesystem::path> wanted_;  ///< the first one is being read
  std::map<std::filesystem::path, Known> known_;
  bool ending_ = false;
  std::thread reading_;
};

}  // namespace lucie::daemon
