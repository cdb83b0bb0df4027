#pragma once

#include <memory>

#include "dolly/commands/commands.hpp"
#include "dolly/file_server.hpp"

namespace lucie::dolly {

/// `--http` of both ends of a ring.
struct HttpArguments {
  int port = 0;  ///< 0: none

  void declare(cli::Arguments& arguments);
  bool wanted() const { return port != 0; }
  /// Throws UsageError.
  void check(const RingOptions& ring) const;
  /// Begins to serve, and tells so. Throws EnvironmentError.
  std::unique_ptr<FileServer> serve(cli::Terminal& terminal, const std::string& address,
                                    const std::string& key, const ServedFiles& files) const;
};

}  // namespace lucie::dolly
