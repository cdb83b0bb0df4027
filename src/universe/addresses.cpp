#include "universe/addresses.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/error.hpp"

namespace lucie::universe {
namespace {

std::string normal_root(std::string uri, const config::PackageServer& server) {
  const std::string scheme = uri.substr(0, uri.find(':'));
  static constexpr std::array<std::string_view, 5> known{"http", "https", "ftp", "file", "copy"};
  if (std::ranges::find(known, scheme) == known.end()) {
    Error error(fmt::format("package server '{}': cannot fetch from '{}'", server.name, uri));
    error.at(server.position).hint("the address must begin with http, https, ftp or file");
    throw error;
  }
  if (scheme == "file" || scheme == "copy") {
    const auto path = uri.find_first_not_of('/', scheme.size() + 1);
    uri = "file:///" + (path == std::string::npos ? "" : uri.substr(path));
  }
  return uri.ends_with('/') ? uri : uri + "/";
}

}  // namespace

std::vector<std::string> server_roots(const config::PackageServer& server) {
  if (server.uris.empty())
    throw Error(fmt::format("package server '{}' has no uri", server.name)).at(server.position);
  std::vector<std::string> roots;
  for (const std::string& uri : server.uris) roots.push_back(normal_root(uri, server));
  return roots;
}

bool all_local(const std::vector<std::string>& roots) {
  return std::ranges::all_of(roots, [](const std::string& root) { return root.starts_with("file:"); });
}

void require_signature(const config::PackageServer& server, const std::vector<std::string>& roots) {
  if (!server.signed_by.empty() || server.trusted || all_local(roots)) return;
  Error error(fmt::format("package server '{}' has no keyring to check it with", server.name));
  error.at(server.position).hint("name the keyring with signed_by, or say `trusted yes`");
  throw error;
}

}  // namespace lucie::universe
