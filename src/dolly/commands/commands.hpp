#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/program.hpp"

/// The commands of dollyplus; one file each.
namespace lucie::dolly {

std::unique_ptr<cli::Command> send_command();
std::unique_ptr<cli::Command> receive_command();
std::unique_ptr<cli::Command> keygen_command();
std::unique_ptr<cli::Command> predict_command();

/// What both ends of a ring must agree on.
struct RingOptions {
  std::string key_file;
  bool without_key = false, encrypt = false;
  int port = 0;

  void declare(cli::Arguments& arguments);
  /// The key's bytes, empty without one. Throws UsageError unless exactly one of both was said, and
  /// lucie::Error for a file that is no key.
  std::string key() const;
  std::uint16_t checked_port() const;
};

}  // namespace lucie::dolly
