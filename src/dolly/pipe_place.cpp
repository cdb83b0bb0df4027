#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/taken_place.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

constexpr int milliseconds_between_looks = 100;
constexpr std::size_t bytes_at_once = 256 << 10;

/// The other end of a named pipe need not be there yet, and may come after all has been received.
base::FileDescriptor open_pipe(const fs::path& path, const Taker& taker) {
  for (;;) {
    base::FileDescriptor pipe(path == "-" ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                          : open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (pipe.valid()) return pipe;
    if (errno != ENXIO) throw_errno("open " + path.string());
    if (taker.is_cancelled()) throw Error("nobody reads from " + path.string());
    sleep_for(milliseconds(milliseconds_between_looks));
  }
}

void write_all(const base::FileDescriptor& pipe, std::string_view bytes, const fs::path& path,
               const Taker& taker) {
  while (!bytes.empty()) {
    pollfd waiting{pipe.get(), POLLOUT, 0};
    if (taker.is_cancelled()) throw Error("nobody reads from " + path.string());
    if (poll(&waiting, 1, milliseconds_between_looks) == 0) continue;
    const ssize_t count = write(pipe.get(), bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) throw_errno("write " + path.string());
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void take_to_pipe(Taker& taker, const fs::path& path) {
  const base::FileDescriptor pipe = open_pipe(path, taker);
  std::vector<char> buffer(bytes_at_once);
  while (const std::size_t count = taker.next(buffer))
    write_all(pipe, {buffer.data(), count}, path == "-" ? "the standard output" : path, taker);
}

}  // namespace

std::unique_ptr<Place> open_pipe_place(const Root& root, const OfferedFile& file, const fs::path& pipe) {
  return std::make_unique<TakenPlace>(open_file_place(root, file),
                                      [pipe](Taker& taker) { take_to_pipe(taker, pipe); });
}

}  // namespace lucie::dolly
