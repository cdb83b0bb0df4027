#pragma once

#include <string>

namespace lucie::base {

/// How libraries tell about work that takes time, without printing: programs pass `cli::Terminal`'s, tests
/// one that records, others the silent one. May be called from several threads.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// The work under way: "fetching Packages.xz". `fraction` is 0 to 1, or negative when unknown.
  virtual void progress(const std::string& doing, double fraction) = 0;
  /// Something done that is worth a line.
  virtual void note(const std::string& text) = 0;
  /// Something wrong that is ignored; says what is ignored.
  virtual void warning(const std::string& text) = 0;
};

class SilentReporter : public Reporter {
 public:
  void progress(const std::string&, double) override {}
  void note(const std::string&) override {}
  void warning(const std::string&) override {}
};

}  // namespace lucie::base
