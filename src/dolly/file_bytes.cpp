#include "dolly/file_bytes.hpp"

#include <cerrno>
#include <unistd.h>

#include "base/error.hpp"
#include "dolly/pieces.hpp"

namespace lucie::dolly {

void read_exactly(int file, std::uint64_t offset, std::span<char> buffer, const std::filesystem::path& path) {
  while (!buffer.empty()) {
    const ssize_t count = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read " + path.string());
    if (count == 0) throw EnvironmentError("read " + path.string() + ": the file has become shorter");
    buffer = buffer.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void write_exactly(int file, std::uint64_t offset, std::span<const std::string_view> pieces,
                   const std::filesystem::path& path) {
  for (Pieces left(pieces); !left.empty();) {
    const auto next = left.next();
    const ssize_t count =
        pwritev(file, next.data(), static_cast<int>(next.size()), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + path.string());
    left.taken(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace lucie::dolly
