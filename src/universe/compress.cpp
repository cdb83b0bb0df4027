#include "universe/compress.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <memory>

#include "base/error.hpp"
#include "universe/solv.hpp"

namespace lucie::universe {

std::string compress_xz(const std::string& content) {
  struct Deleter {
    void operator()(::archive* writer) const { archive_write_free(writer); }
    void operator()(::archive_entry* entry) const { archive_entry_free(entry); }
  };
  std::string compressed(content.size() + content.size() / 8 + 4096, '\0');
  std::size_t used = 0;
  const std::unique_ptr<::archive, Deleter> writer(archive_write_new());
  const std::unique_ptr<::archive_entry, Deleter> entry(archive_entry_new());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  const bool done =
      archive_write_add_filter_xz(writer.get()) == ARCHIVE_OK &&
      archive_write_set_format_raw(writer.get()) == ARCHIVE_OK &&
      archive_write_open_memory(writer.get(), compressed.data(), compressed.size(), &used) == ARCHIVE_OK &&
      archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
      archive_write_data(writer.get(), content.data(), content.size()) ==
          static_cast<la_ssize_t>(content.size()) &&
      archive_write_close(writer.get()) == ARCHIVE_OK;
  if (!done) throw Error("cannot compress the package index");
  compressed.resize(used);
  return compressed;
}

std::string read_compressed(const std::filesystem::path& file, std::size_t limit) {
  const FilePointer input(solv_xfopen(file.c_str(), "r"));
  if (!input) throw EnvironmentError(fmt::format("open {}: {}", file.string(), std::strerror(errno)));
  std::string content, buffer(1 << 18, '\0');
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), input.get())) {
    if (content.size() + count > limit)
      throw Error(fmt::format("{}: more than {} bytes", file.string(), limit));
    content.append(buffer, 0, count);
  }
  if (std::ferror(input.get()) != 0) throw Error(fmt::format("{}: damaged compression", file.string()));
  return content;
}

}  // namespace lucie::universe
