#include "dolly/commands/http.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lucie::dolly {

void HttpArguments::declare(cli::Arguments& arguments) {
  arguments.option("--http", port, "PORT", "serve complete files there to nodes that no ring reaches; 0: no");
}

void HttpArguments::check(const RingOptions& ring) const {
  if (port < 0 || port > 65535) throw UsageError(fmt::format("{} is not a port", port));
  if (wanted() && ring.encrypt)
    throw UsageError("--http does not go with --encrypt").hint("what is fetched over HTTP is not encrypted");
}

std::unique_ptr<FileServer> HttpArguments::serve(cli::Terminal& terminal, const std::string& address,
                                                 const std::string& key, const ServedFiles& files) const {
  auto server = std::make_unique<FileServer>(address, static_cast<std::uint16_t>(port), key, files);
  terminal.detail(fmt::format("serving complete files over HTTP on {}:{}", address, server->port()));
  if (terminal.json())
    terminal.print(
        nlohmann::ordered_json{{"version", 1}, {"event", "serving"}, {"port", server->port()}}.dump() + "\n");
  return server;
}

}  // namespace lucie::dolly
