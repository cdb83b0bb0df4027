#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// tar and ar archives and compressed text, in memory. libarchive stays behind this header.
namespace lucie::metapackage {

enum class Compression { none, gz, xz, zst };

/// "", ".gz", ".xz" or ".zst".
std::string suffix(Compression compression);

/// Up to here content is small: what the highest levels do for it is bytes, and takes most of the time.
inline constexpr std::size_t small_size = 64 << 10;

/// How content is compressed; without a level as dpkg-deb(1) does, small content by quicker settings that
/// give the same size.
struct Packing {
  Packing(Compression kind = Compression::xz, std::optional<int> at = {}) : compression(kind), level(at) {}
  Compression compression;
  std::optional<int> level;
};
/// From "xz", "zstd", "gzip" or "none", with ":LEVEL" or without; throws UsageError for anything else.
Packing packing_from(std::string_view text);

struct ArchiveEntry {
  std::string path;  ///< in a tar "./usr/share/x"; in an ar a plain name
  std::string content;
  unsigned mode = 0644;
  bool directory = false;
};

/// A GNU tar with the entries as they are given, all owned by root (0:0) and stamped with `time` (seconds
/// since 1970). The same input always gives the same bytes.
std::string write_tar(const std::vector<ArchiveEntry>& entries, std::int64_t time);

/// An ar archive as dpkg wants it (deb(5)).
std::string write_ar(const std::vector<ArchiveEntry>& members, std::int64_t time);

/// The regular files and folders of a tar or cpio (compressed by whatever libarchive knows) or ar archive.
/// Throws lucie::Error when it is damaged or holds more than `limit` bytes with headers and paths.
std::vector<ArchiveEntry> read_archive(std::string_view bytes, std::size_t limit = std::size_t{1} << 32);
/// The paths of its regular files, as they stand there. Its content is looked at but not kept; the limit is
/// the same.
std::vector<std::string> archive_paths(std::string_view bytes, std::size_t limit = std::size_t{1} << 32);

/// The text compressed alone, without name or time stamp. `none` gives it back as it is.
std::string compress(std::string_view bytes, Packing packing);
/// What `compress` made with gz, of a text of `size` bytes; nothing when it is damaged or of another size.
std::optional<std::string> unpack_gzip(std::string_view bytes, std::size_t size);

}  // namespace lucie::metapackage
