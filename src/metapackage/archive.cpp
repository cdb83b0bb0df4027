#include "metapackage/archive.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <functional>
#include <memory>

#include "base/error.hpp"

namespace lucie::metapackage {
namespace {

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

void check(archive* archive, int status, const char* doing) {
  if (status >= ARCHIVE_WARN) return;
  const char* why = archive_error_string(archive);
  throw Error(fmt::format("{}: {}", doing, why != nullptr ? why : "unknown failure"));
}

la_ssize_t append(archive*, void* into, const void* buffer, size_t length) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(buffer), length);
  return static_cast<la_ssize_t>(length);
}

Writer open_writer(int (*set_format)(archive*), std::string& into) {
  Writer writer(archive_write_new(), archive_write_free);
  check(writer.get(), set_format(writer.get()), "archive");
  check(writer.get(), archive_write_add_filter_none(writer.get()), "archive");
  check(writer.get(), archive_write_set_bytes_in_last_block(writer.get(), 1), "archive");
  check(writer.get(), archive_write_open(writer.get(), &into, nullptr, append, nullptr), "archive");
  return writer;
}

void write_entry(archive* writer, const ArchiveEntry& entry, std::int64_t time) {
  const Entry header(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(header.get(), entry.path.c_str());
  archive_entry_set_filetype(header.get(), entry.directory ? AE_IFDIR : AE_IFREG);
  archive_entry_set_perm(header.get(), entry.mode);
  archive_entry_set_size(header.get(), static_cast<la_int64_t>(entry.directory ? 0 : entry.content.size()));
  archive_entry_set_mtime(header.get(), time, 0);
  archive_entry_set_uid(header.get(), 0);
  archive_entry_set_gid(header.get(), 0);
  archive_entry_set_uname(header.get(), "root");
  archive_entry_set_gname(header.get(), "root");
  check(writer, archive_write_header(writer, header.get()), "archive");
  if (entry.directory || entry.content.empty()) return;
  if (archive_write_data(writer, entry.content.data(), entry.content.size()) < 0) {
    check(writer, ARCHIVE_FATAL, "archive");
  }
}

std::string write_archive(int (*set_format)(archive*), const std::vector<ArchiveEntry>& entries,
                          std::int64_t time) {
  std::string bytes;
  const Writer writer = open_writer(set_format, bytes);
  for (const ArchiveEntry& entry : entries) write_entry(writer.get(), entry, time);
  check(writer.get(), archive_write_close(writer.get()), "archive");
  return bytes;
}

/// What is unpacked may be far larger than the archive; `room` says how much is taken.
void take(std::size_t& room, std::uint64_t bytes) {
  if (bytes > room) throw Error("damaged archive: its content is too large");
  room -= static_cast<std::size_t>(bytes);
}

/// An entry takes room too when it is empty: its header, and its path in memory.
void take_entry(std::size_t& room, archive_entry* header) {
  constexpr std::uint64_t header_size = 512;
  take(room, header_size + std::string_view(archive_entry_pathname(header)).size());
}

std::string read_content(archive* reader, std::size_t& room) {
  std::string content, buffer(64 * 1024, '\0');
  for (;;) {
    const la_ssize_t count = archive_read_data(reader, buffer.data(), buffer.size());
    if (count < 0) check(reader, ARCHIVE_FATAL, "damaged archive");
    if (count == 0) return content;
    take(room, static_cast<std::uint64_t>(count));
    content.append(buffer, 0, static_cast<std::size_t>(count));
  }
}

/// Calls `visit` for each regular file and folder.
void for_each_entry(std::string_view bytes, const std::function<void(archive*, archive_entry*)>& visit) {
  const Reader reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_ar(reader.get());
  archive_read_support_format_cpio(reader.get());
  check(reader.get(), archive_read_open_memory(reader.get(), bytes.data(), bytes.size()), "damaged archive");
  for (archive_entry* header = nullptr;;) {
    const int status = archive_read_next_header(reader.get(), &header);
    if (status == ARCHIVE_EOF) return;
    check(reader.get(), status, "damaged archive");
    const auto type = archive_entry_filetype(header);
    const bool named = archive_entry_pathname(header) != nullptr;
    if (named && (type == AE_IFREG || type == AE_IFDIR)) visit(reader.get(), header);
  }
}

}  // namespace

std::string write_tar(const std::vector<ArchiveEntry>& entries, std::int64_t time) {
  return write_archive(archive_write_set_format_gnutar, entries, time);
}

std::string write_ar(const std::vector<ArchiveEntry>& members, std::int64_t time) {
  return write_archive(archive_write_set_format_ar_bsd, members, time);
}

std::vector<ArchiveEntry> read_archive(std::string_view bytes, std::size_t limit) {
  std::vector<ArchiveEntry> entries;
  for_each_entry(bytes, [&](archive* reader, archive_entry* header) {
    const bool regular = archive_entry_filetype(header) == AE_IFREG;
    take_entry(limit, header);
    entries.push_back({.path = archive_entry_pathname(header),
                       .content = regular ? read_content(reader, limit) : std::string(),
                       .mode = archive_entry_perm(header),
                       .directory = !regular});
  });
  return entries;
}

std::vector<std::string> archive_paths(std::string_view bytes, std::size_t limit) {
  std::vector<std::string> paths;
  for_each_entry(bytes, [&](archive*, archive_entry* header) {
    take_entry(limit, header);
    take(limit, static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(header), 0)));
    if (archive_entry_filetype(header) == AE_IFREG) paths.emplace_back(archive_entry_pathname(header));
  });
  return paths;
}

}  // namespace lucie::metapackage
