#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "dolly/trust.hpp"

/// The commands of dollyplus; one file each.
namespace lucie::dolly {

std::unique_ptr<cli::Command> send_command();
std::unique_ptr<cli::Command> receive_command();
std::unique_ptr<cli::Command> fetch_command();
std::unique_ptr<cli::Command> status_command();
std::unique_ptr<cli::Command> keygen_command();
std::unique_ptr<cli::Command> predict_command();

/// The bytes of the key in a file. Throws lucie::Error for a file that holds none.
std::string ring_key(const std::string& file);

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

/// Whom a node that receives or fetches believes.
struct TrustArguments {
  std::vector<std::string> files;  ///< of public keys
  std::string name, issued_after;
  int most_age = 0;  ///< seconds; 0: any

  void declare(cli::Arguments& arguments);
  /// Throws UsageError for what does not go together, and lucie::Error for a file that is no key.
  TrustOptions options(const std::string& root) const;
};

}  // namespace lucie::dolly
