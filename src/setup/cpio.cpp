#include "setup/cpio.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace lucie::setup {

void CpioWriter::pad() {
  while (archive_.size() % 4 != 0) archive_ += '\0';
}

void CpioWriter::add(const std::string& path, unsigned mode, std::string_view content, unsigned major,
                     unsigned minor) {
  const unsigned links = S_ISDIR(mode) ? 2 : 1;
  // magic, inode, mode, uid, gid, links, mtime, size, device, special device, length of the name, checksum
  archive_ +=
      fmt::format("070701{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}{:08X}",
                  ++inode_, mode, 0, 0, links, 0, content.size(), 0, 0, major, minor, path.size() + 1, 0);
  archive_ += path;
  archive_ += '\0';
  pad();
  archive_ += content;
  pad();
}

void CpioWriter::add_directory(const std::string& path, unsigned mode) {
  folders_ += path + '\n';
  add(path, S_IFDIR | mode, {}, 0, 0);
}

void CpioWriter::add_file(const std::string& path, std::string_view content, unsigned mode) {
  add(path, S_IFREG | mode, content, 0, 0);
}

void CpioWriter::add_symlink(const std::string& path, std::string_view target) {
  add(path, S_IFLNK | 0777, target, 0, 0);
}

void CpioWriter::add_character_device(const std::string& path, unsigned major, unsigned minor,
                                      unsigned mode) {
  add(path, S_IFCHR | mode, {}, major, minor);
}

void CpioWriter::add_parents(const std::string& path) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (folders_.find('\n' + folder + '\n') == std::string::npos) add_directory(folder);
  }
}

std::string CpioWriter::finish() {
  inode_ = static_cast<std::uint32_t>(-1);  // the trailer's inode is 0
  add("TRAILER!!!", 0, {}, 0, 0);
  return std::move(archive_);
}

}  // namespace lucie::setup
