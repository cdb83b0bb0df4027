#include <apt-pkg/configuration.h>
#include <apt-pkg/error.h>
#include <apt-pkg/indexfile.h>
#include <apt-pkg/init.h>
#include <apt-pkg/metaindex.h>
#include <apt-pkg/pkgsystem.h>
#include <apt-pkg/sourcelist.h>
#include <fmt/format.h>
#include <sstream>

#include "base/files.hpp"
#include "base/text.hpp"
#include "universe/own_release.hpp"
#include "universe/universe.hpp"

/// The machine's apt configuration, read by apt's own library, so that every way of writing a source counts.
namespace lucie::universe {
namespace {

/// apt's pending messages as one line.
std::string apt_errors() {
  std::ostringstream text;
  _error->DumpErrors(text);
  return base::join(base::split_words(text.str()), " ");
}

void initialise_apt() {
  static const bool ready = pkgInitConfig(*_config) && pkgInitSystem(*_config, _system);
  if (!ready) throw EnvironmentError("apt's configuration cannot be read: " + apt_errors());
}

std::vector<std::string> components_of(const metaIndex& source) {
  std::vector<std::string> components;
  for (const IndexTarget& target : source.GetIndexTargets()) {
    const std::string component = target.Option(IndexTarget::COMPONENT);
    if (target.Option(IndexTarget::CREATED_BY) != "Packages") continue;
    if (components.empty() || components.back() != component) components.push_back(component);
  }
  return components;
}

bool belongs_to(const std::string& suite, const std::string& codename) {
  return suite == codename || suite.starts_with(codename + "-");
}

/// Nothing for a source that offers no binary packages (`deb-src`).
std::optional<config::PackageServer> to_server(const metaIndex& source, const std::string& target) {
  config::PackageServer server;
  server.components = components_of(source);
  if (server.components.empty()) return {};
  server.name = "apt-" + source.GetDist();
  server.target = target;
  server.kind = "apt";
  server.uris = {source.GetURI()};
  server.suite = source.GetDist();
  server.trusted = source.GetTrusted() == metaIndex::TRI_YES;
  server.signed_by = source.GetSignedBy();
  if (server.signed_by.empty() && !server.trusted)
    server.signed_by = _config->FindDir("Dir::Etc::TrustedParts", "/etc/apt/trusted.gpg.d/");
  return server;
}

}  // namespace

std::vector<config::PackageServer> own_package_servers(const std::string& target) {
  const OwnRelease own = own_release();
  if (target != own.target || own.codename.empty()) return {};
  initialise_apt();
  pkgSourceList sources;
  if (!sources.ReadMainList()) throw Error("apt's sources cannot be read: " + apt_errors());
  std::vector<config::PackageServer> servers;
  for (const metaIndex* source : sources) {
    if (!belongs_to(source->GetDist(), own.codename)) continue;
    if (auto server = to_server(*source, target)) servers.push_back(std::move(*server));
  }
  return servers;
}

}  // namespace lucie::universe
