#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/file_bytes.hpp"
#include "dolly/source_part.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

constexpr int milliseconds_between_looks = 200;
constexpr std::size_t bytes_at_once = 256 << 10;

/// Where much may lie; /tmp is often in memory.
fs::path folder_for_streams() {
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

base::FileDescriptor open_input(const fs::path& path) {
  // Opening a pipe waits for its writer, which is what everybody expects.
  base::FileDescriptor input(path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                         : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input.valid()) throw_errno(path == "-" ? "read the standard input" : "open " + path.string());
  return input;
}

class PipedStream : public SourceStream {
 public:
  explicit PipedStream(const fs::path& path)
      : name_(path == "-" ? "the standard input" : path.string()),
        input_(open_input(path)),
        kept_path_(folder_for_streams()),
        kept_(open(kept_path_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)),
        identity_(base::random_hex(16)) {
    if (!kept_.valid()) throw_errno("keep a stream in " + kept_path_.string());
  }

  OfferedFile offered() const override {
    OfferedFile offered;
    offered.content = Content::stream;
    return offered;
  }
  /// What came from a pipe does not come again: a master that is started anew sends something else.
  std::string identity() const override { return identity_; }
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    read_exactly(kept_.get(), place.offset + offset, buffer, kept_path_);
  }
  void check_unchanged(const ChunkPlace&) const override {}

  bool read_on(Layout& layout, std::uint32_t chunk, const std::function<bool()>& goes_on) override {
    const ChunkPlace place = layout.place(chunk);
    std::uint32_t size = 0;
    buffer_.resize(bytes_at_once);
    while (size < place.size) {
      if (!wait_for_input(goes_on)) return false;
      const std::size_t count = read_some(std::min<std::size_t>(buffer_.size(), place.size - size));
      if (count == 0) break;
      const std::string_view piece(buffer_.data(), count);
      write_exactly(kept_.get(), place.offset + size, {&piece, 1}, kept_path_);
      size += static_cast<std::uint32_t>(count);
    }
    if (!layout.take_size(chunk, size)) throw Error(fmt::format("{} is too long", name_));
    return true;
  }

 private:
  bool wait_for_input(const std::function<bool()>& goes_on) const {
    for (;;) {
      pollfd waiting{input_.get(), POLLIN, 0};
      if (!goes_on()) return false;
      if (poll(&waiting, 1, milliseconds_between_looks) > 0) return true;
    }
  }
  std::size_t read_some(std::size_t most) {
    ssize_t count = 0;
    do count = ::read(input_.get(), buffer_.data(), most);
    while (count < 0 && errno == EINTR);
    if (count < 0) throw_errno("read " + name_);
    return static_cast<std::size_t>(count);
  }

  const std::string name_;
  const base::FileDescriptor input_;
  const fs::path kept_path_;
  const base::FileDescriptor kept_;
  const std::string identity_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<SourceStream> open_source_stream(const fs::path& path) {
  return std::make_unique<PipedStream>(path);
}

}  // namespace lucie::dolly
