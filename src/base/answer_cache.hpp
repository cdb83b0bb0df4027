#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lucie::base {

/// Answers that were found by earlier runs and hold as long as what they were found from: texts by keys, in
/// one file of a cache folder. It is only ever a shortcut: a file that is damaged, of other makers or of
/// another user is as good as none, and what cannot be written is left. May be asked by several threads.
class AnswerCache {
 public:
  /// `folder` empty: it remembers nothing. `makers`: whatever decides about all answers beside their keys:
  /// another text is another cache.
  AnswerCache(std::filesystem::path folder, const std::string& name, const std::string& makers);
  AnswerCache(const AnswerCache&) = delete;
  AnswerCache& operator=(const AnswerCache&) = delete;

  bool works() const { return !file_.empty(); }
  std::optional<std::string> find(const std::string& key);
  bool has(const std::string& key) const;
  void keep(const std::string& key, std::string text);

  /// Writes what is new, whole or not at all. When it is too much, what nobody asked for goes.
  void save();

  static constexpr std::size_t most_bytes = 48 << 20;  ///< of one cache
  static constexpr std::size_t most_files = 24;        ///< in a folder: the oldest go

 private:
  struct Entry {
    std::string text;
    bool asked = false;
  };

  void read();
  std::string packed() const;
  void write(const std::string& head, const std::string& body) const;
  void remove_oldest() const;

  std::filesystem::path file_;
  std::string makers_;  ///< digest
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  bool changed_ = false;
};

/// Names this very program as it was installed: another build of it is another text.
std::string program_stamp();

}  // namespace lucie::base
