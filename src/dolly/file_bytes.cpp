#include "dolly/file_bytes.hpp"

#include <cerrno>
#include <unistd.h>

#include "base/error.hpp"

namespace lucie::dolly {

std::string read_exactly(int file, std::uint64_t offset, std::size_t size,
                         const std::filesystem::path& path) {
  std::string content(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = pread(file, content.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read " + path.string());
    if (count == 0) throw EnvironmentError("read " + path.string() + ": the file has become shorter");
    done += static_cast<std::size_t>(count);
  }
  return content;
}

void write_exactly(int file, std::uint64_t offset, std::string_view content,
                   const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t count = pwrite(file, content.data(), content.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + path.string());
    content.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace lucie::dolly
