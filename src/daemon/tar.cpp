#include "daemon/tar.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::daemon {

struct Tar::State {
  std::int64_t time = 0;
  std::string bytes;
  archive* writer = archive_write_new();

  ~State() { archive_write_free(writer); }
  void check(int status) const {
    if (status != ARCHIVE_OK)
      throw EnvironmentError(fmt::format("making a tar archive: {}", archive_error_string(writer)));
  }
};

namespace {

la_ssize_t append(archive*, void* bytes, const void* piece, std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(piece), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

Tar::Tar(std::int64_t time) : state_(std::make_unique<State>()) {
  state_->time = time;
  state_->check(archive_write_set_format_pax_restricted(state_->writer));
  state_->check(archive_write_open(state_->writer, &state_->bytes, nullptr, append, nullptr));
}

Tar::~Tar() = default;

void Tar::add(const std::string& path, const std::string& content, unsigned mode, const std::string& owner,
              const std::string& group) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), mode);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  archive_entry_set_mtime(entry.get(), state_->time, 0);
  archive_entry_set_uname(entry.get(), owner.c_str());
  archive_entry_set_gname(entry.get(), group.c_str());
  state_->check(archive_write_header(state_->writer, entry.get()));
  if (archive_write_data(state_->writer, content.data(), content.size()) !=
      static_cast<la_ssize_t>(content.size()))
    state_->check(ARCHIVE_FATAL);
}

std::string Tar::finish() {
  state_->check(archive_write_close(state_->writer));
  return std::move(state_->bytes);
}

}  // namespace lucie::daemon
