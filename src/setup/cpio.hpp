#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lucie::setup {

/// Writes the archive that the kernel unpacks as its first root: cpio "newc" (the kernel's
/// Documentation/driver-api/early-userspace/buffer-format.rst). All owners are root and all times 0, so the
/// same entries always give the same bytes. Device nodes need no privilege here.
class CpioWriter {
 public:
  /// Paths are relative, without a leading slash; folders must be added before what lies in them.
  void add_directory(const std::string& path, unsigned mode = 0755);
  void add_file(const std::string& path, std::string_view content, unsigned mode = 0644);
  void add_symlink(const std::string& path, std::string_view target);
  void add_character_device(const std::string& path, unsigned major, unsigned minor, unsigned mode = 0600);
  /// Adds the folders above `path` that are not there yet.
  void add_parents(const std::string& path);
  /// Ends the archive and gives its bytes; call once.
  std::string finish();

 private:
  void add(const std::string& path, unsigned mode, std::string_view content, unsigned major, unsigned minor);
  void pad();

  std::string archive_;
  std::string folders_ = "\n";  ///< those added, a line each
  std::uint32_t inode_ = 0;
};

}  // namespace lucie::setup
