#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace lucie::metapackage {

/// The files of one tree: what is small is read once, however many look into it. May be asked by several
/// threads.
class TreeTexts {
 public:
  using Text = std::shared_ptr<const std::string>;

  /// The whole content, as it was when it was first asked for. Throws EnvironmentError.
  Text read(const std::filesystem::path& file);
  /// Its first bytes, `count` or as many as there are.
  std::string start(const std::filesystem::path& file, std::size_t count);

  static constexpr std::size_t most_kept = 256 << 10;  ///< bytes, of all its files together

 private:
  Text known(const std::string& file);

  std::mutex mutex_;
  std::unordered_map<std::string, Text> texts_;
  std::size_t kept_ = 0;
};

}  // namespace lucie::metapackage
