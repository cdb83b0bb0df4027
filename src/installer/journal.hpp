#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace lucie::installer {

/// Which modules are done, in a file, so that `lucie-installer --resume` goes on behind them. Lies in
/// /run: a node that boots again begins anew.
class Journal {
 public:
  /// `resume`: keeps what the file says; otherwise the file is begun anew.
  Journal(std::filesystem::path file, bool resume);

  bool done(const std::string& module) const { return done_.contains(module); }
  /// Notes it in the file. May not be called from two threads at once.
  void mark_done(const std::string& module);

 private:
  void write() const;

  std::filesystem::path file_;
  std::set<std::string> done_;
};

}  // namespace lucie::installer
