#include "universe/deb_control.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::universe {
namespace {

struct ArchiveDeleter {
  void operator()(::archive* reader) const { archive_read_free(reader); }
};
using ArchivePointer = std::unique_ptr<::archive, ArchiveDeleter>;

/// A control file has some kilobytes; what is compressed may say of itself that it has terabytes.
constexpr std::size_t most_bytes = 16 << 20;

[[noreturn]] void wrong(::archive* reader) {
  const char* const why = archive_error_string(reader);
  throw Error(why == nullptr ? "it is damaged" : why);
}

std::string read_member(::archive* reader) {
  std::string content, buffer(1 << 16, '\0');
  for (;;) {
    const la_ssize_t count = archive_read_data(reader, buffer.data(), buffer.size());
    if (count < 0) wrong(reader);
    if (count == 0) return content;
    if (content.size() + static_cast<std::size_t>(count) > most_bytes)
      throw Error(fmt::format("its control file or archive has more than {} bytes", most_bytes));
    content.append(buffer, 0, static_cast<std::size_t>(count));
  }
}

/// The content of the first member whose name `wanted` accepts.
template <typename Wanted>
std::string find_member(::archive* reader, Wanted wanted) {
  ::archive_entry* entry = nullptr;
  int result = ARCHIVE_OK;
  while ((result = archive_read_next_header(reader, &entry)) == ARCHIVE_OK) {
    const char* const name = archive_entry_pathname(entry);  // null where it is no text of this locale
    if (name != nullptr && wanted(std::string_view(name))) return read_member(reader);
  }
  if (result == ARCHIVE_EOF) throw Error("it has no control file");
  wrong(reader);
}

std::string read_control_archive(const std::filesystem::path& deb) {
  const ArchivePointer reader(archive_read_new());
  archive_read_support_format_ar(reader.get());
  if (archive_read_open_filename(reader.get(), deb.c_str(), 1 << 16) != ARCHIVE_OK) wrong(reader.get());
  return find_member(reader.get(), [](std::string_view name) { return name.starts_with("control.tar"); });
}

std::string read_control_file(const std::string& control_archive) {
  const ArchivePointer reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_all(reader.get());
  if (archive_read_open_memory(reader.get(), control_archive.data(), control_archive.size()) != ARCHIVE_OK)
    wrong(reader.get());
  return find_member(reader.get(),
                     [](std::string_view name) { return name == "./control" || name == "control"; });
}

}  // namespace

std::string read_deb_control(const std::filesystem::path& deb) {
  try {
    const std::string control = read_control_file(read_control_archive(deb));
    const auto end = control.find_last_not_of("\r\n");
    return control.substr(0, end + 1) + "\n";
  } catch (Error& error) {
    error.context(fmt::format("{} is not a deb package", deb.string()));
    throw;
  }
}

}  // namespace lucie::universe
