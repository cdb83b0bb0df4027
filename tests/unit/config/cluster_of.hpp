#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "config/cluster.hpp"

namespace lucie::config {

/// The folder with this room's test data.
inline std::filesystem::path test_folder() {
  return TEST_FOLDER;
}

/// Reads definitions that stand in the test.
inline ReadResult cluster_of(const std::string& text, const ReadOptions& options = {}) {
  const base::TemporaryDirectory folder("config-test");
  base::write_file(folder.path() / "lucie.conf", text);
  return read_cluster(folder.path() / "lucie.conf", options);
}

/// The messages of the faults with line and column: "3:5 message|4:1 message".
inline std::string messages(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '|';
    text += std::to_string(fault.where.line) + ":" + std::to_string(fault.where.column) + " " + fault.message;
  }
  return text;
}

}  // namespace lucie::config
