#include "daemon/routes.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "daemon/agents.hpp"
#include "daemon/archives.hpp"
#include "daemon/served_files.hpp"
#include "daemon/slices.hpp"
#include "wire/manifest.hpp"

namespace lucie::daemon {
namespace {

namespace fs = std::filesystem;
using net::ServerRequest;
using net::ServerResponse;

constexpr std::size_t token_bytes = 16;

ServerResponse not_found(const std::string& path) {
  return text_answer(404, "there is no " + path);
}

ServerResponse tar_answer(std::string bytes) {
  return {.content_type = "application/x-tar", .body = std::move(bytes), .file = {}};
}

/// The path's segments from `first` on, joined; empty when one of them tries to climb.
fs::path rest_of(const std::vector<std::string>& path, std::size_t first) {
  fs::path rest;
  for (std::size_t index = first; index < path.size(); ++index) {
    if (path[index].empty() || path[index] == "." || path[index] == "..") return {};
    rest /= path[index];
  }
  return rest;
}

}  // namespace

std::vector<std::string> segments(const std::string& path) {
  return base::split(path.starts_with('/') ? path.substr(1) : path, '/');
}

ServerResponse text_answer(int status, const std::string& text) {
  return {.status = status, .body = text + "\n", .file = {}};
}

std::string refusal(const ServerRequest& request, const Snapshot& snapshot, const config::Host& host,
                    const NodeRecord& record) {
  const auto token = request.headers.find("x-lucie-token");
  if (token == request.headers.end()) return "the header X-Lucie-Token is missing";
  if (record.token_hash.empty()) return fmt::format("no installation of {} is under way", host.name);
  if (base::sha256_hex(token->second) != record.token_hash)
    return fmt::format("the token is not that of {}'s installation under way", host.name);
  if (!snapshot.has_address(host, request.peer))
    return fmt::format("{} is not an address of {}", request.peer, host.name);
  return {};
}

ServerResponse NodeRoutes::handle(const ServerRequest& request) {
  const Segments path = segments(request.path);
  const bool get = request.method == "GET";
  if (!get && request.method != "POST") return text_answer(405, "only GET and POST are known here");
  const auto snapshot = daemon_.snapshot();
  if (snapshot == nullptr) return text_answer(503, nothing_compiled);
  if (path.size() >= 4 && path[0] == "v1" && path[1] == "nodes") return node(request, *snapshot, path);
  if (get && path.size() == 2 && path[0] == "boot") return boot(request, *snapshot, path[1]);
  if (get && path.size() >= 3 && path[0] == "pool") return pool(*snapshot, path);
  if (get && path.size() == 3 && path[0] == "boot-files") return boot_file(*snapshot, path);
  if (get && path.size() == 2 && path[0] == "base") return base_archive(*snapshot, path[1]);
  return not_found(request.path);
}

ServerResponse NodeRoutes::boot(const ServerRequest& request, const Snapshot& snapshot,
                                const std::string& text) {
  const auto& scripts = daemon_.boot_scripts;
  const std::string mac = config::normal_mac(text);
  if (mac.empty()) return text_answer(400, "that is no MAC address");
  const config::Host* host = snapshot.host_by_mac(mac);
  if (host == nullptr) {
    return text_answer(200, scripts.own_disk(fmt::format("no host of this cluster has the MAC address {}, "
                                                         "booting from its own disk",
                                                         mac)));
  }
  // Anyone may ask for a script; only the node itself may change its state or get a token.
  if (!snapshot.has_address(*host, request.peer)) {
    daemon_.log(fmt::format("boot script of {} asked for from {}, not from its own address {}", host->name,
                            request.peer, host->address));
    return text_answer(200,
                       scripts.own_disk(fmt::format("{} is not the address of {}, booting from its own disk",
                                                    request.peer, host->name)));
  }
  return install(request, snapshot, *host, mac);
}

ServerResponse NodeRoutes::install(const ServerRequest& request, const Snapshot& snapshot,
                                   const config::Host& host, const std::string& mac) {
  const std::string token = base::random_hex(token_bytes);
  const auto make_script = [&] {
    const Endpoint endpoint = endpoint_for(snapshot, host, request.local, daemon_.port);
    return daemon_.boot_scripts.install(snapshot, host, installer_of(host), endpoint, mac, token);
  };
  // Made first: without an image it throws, the node stays armed and no installation begins.
  std::string script = daemon_.store.node(host.name).armed ? make_script() : std::string();
  if (!daemon_.store.boot(host.name, base::sha256_hex(token)))
    return text_answer(200, daemon_.boot_scripts.own_disk(host.name + " boots from its own disk"));
  if (script.empty()) script = make_script();  // armed just now
  daemon_.logs.begin(host.name);
  return text_answer(200, script);
}

std::string NodeRoutes::installer_of(const config::Host& host) const {
  const std::string armed = daemon_.store.node(host.name).installer;
  return armed.empty() ? host.installer : armed;
}

ServerResponse NodeRoutes::node(const ServerRequest& request, const Snapshot& snapshot,
                                const Segments& path) {
  const config::Host* host = snapshot.host(path[2]);
  if (host == nullptr) return text_answer(404, fmt::format("there is no host '{}'", path[2]));
  const std::string why = refusal(request, snapshot, *host, daemon_.store.node(host->name));
  if (!why.empty()) {
    daemon_.log(fmt::format("refused {} from {}: {}", request.path, request.peer, why));
    return text_answer(403, why);
  }
  try {
    return request.method == "POST"                    ? node_post(request, snapshot, *host, path)
           : path.size() == 4                          ? node_get(request, snapshot, *host, path[3])
           : path.size() == 6 && path[3] == "datasets" ? dataset(snapshot, *host, path[4], path[5])
                                                       : not_found(request.path);
  } catch (const EnvironmentError&) {
    throw;  // a 500: the node asks again
  } catch (const Error& error) {
    daemon_.log(fmt::format("error: {}: {}", request.path, error.what()));
    return text_answer(422, error.what());
  }
}

ServerResponse NodeRoutes::node_get(const ServerRequest& request, const Snapshot& snapshot,
                                    const config::Host& host, const std::string& what) {
  if (what == "slice") return slice(request, snapshot, host);
  if (what == "overlay.tar") return tar_answer(overlay_tar(snapshot, host, daemon_.paths.etc));
  if (what == "host-keys.tar") return tar_answer(daemon_.ssh_keys.host_archive(host.name, made(snapshot)));
  if (what == "login-key.tar") return login_key(snapshot, host);
  if (what == "scripts.tar") return tar_answer(scripts_tar(snapshot, host));
  if (what == "modules.tar") return tar_answer(modules_tar(snapshot, host, daemon_.paths.etc));
  return not_found(request.path);
}

/// Only nodes that are to log in to others get it.
ServerResponse NodeRoutes::login_key(const Snapshot& snapshot, const config::Host& host) {
  const config::Installer* installer = snapshot.cluster().installer(installer_of(host));
  if (installer == nullptr ||
      std::ranges::find(installer->modules, "remotelogin") == installer->modules.end())
    return text_answer(404, fmt::format("the installer of {} has no module 'remotelogin'", host.name));
  return tar_answer(daemon_.ssh_keys.login_archive(made(snapshot)));
}

ServerResponse NodeRoutes::slice(const ServerRequest& request, const Snapshot& snapshot,
                                 const config::Host& host) {
  const Endpoint endpoint = endpoint_for(snapshot, host, request.local, daemon_.port);
  wire::Slice slice =
      make_slice(snapshot, host, installer_of(host), endpoint, std::chrono::system_clock::now());
  slice.agent = agent_slice(snapshot, host, daemon_.secrets, endpoint.address, daemon_.agent_port);
  add_datasets(slice, snapshot, host, daemon_.secrets);
  daemon_.store.record(host.name, {{.kind = "slice"}});
  return {.content_type = "application/json", .body = wire::to_json(slice), .file = {}};
}

ServerResponse NodeRoutes::node_post(const ServerRequest& request, const Snapshot& snapshot,
                                     const config::Host& host, const Segments& path) {
  if (path.size() == 4 && path[3] == "events") {
    auto events = wire::events_from_json(request.body);
    for (const wire::Event& event : events) {
      if (!told_by_nodes(event.kind))
        throw Error(fmt::format("nodes do not send events of kind '{}'", event.kind));
    }
    daemon_.store.record(host.name, std::move(events));
    return {.status = 204, .file = {}};
  }
  if (path.size() == 6 && path[3] == "datasets" && path[5] == "ready") {
    if (!daemon_.rings.ready(snapshot, host, path[4])) return {.status = 204, .file = {}};
    return {.content_type = "application/json",
            .body = wire::way_out_json(fmt::format("/datasets/{}", path[4])),
            .file = {}};
  }
  if (path.size() == 5 && path[3] == "log") {
    if (!base::is_name(path[4])) throw Error(fmt::format("'{}' is no name of a module", path[4]));
    if (!daemon_.logs.append(host.name, path[4], request.body)) return text_answer(413, "the log is full");
    return {.status = 204, .file = {}};
  }
  return not_found(request.path);
}

ServerResponse NodeRoutes::pool(const Snapshot& snapshot, const Segments& path) const {
  for (const config::CompiledImage& image : snapshot.compiled().images) {
    if (image.target == path[1])
      return file(daemon_.paths.state / snapshot.below_state(image.pool), rest_of(path, 2));
  }
  return text_answer(404, fmt::format("there is no pool of target '{}'", path[1]));
}

ServerResponse NodeRoutes::boot_file(const Snapshot& snapshot, const Segments& path) const {
  const config::CompiledImage* image = snapshot.compiled().image(path[1]);
  if (image == nullptr) return text_answer(404, fmt::format("installer '{}' has no boot files", path[1]));
  if (path[2] == "vmlinuz") return file(daemon_.paths.state, snapshot.below_state(image->kernel));
  if (path[2] == "initrd.img") return file(daemon_.paths.state, snapshot.below_state(image->initrd));
  return not_found(path[2]);
}

ServerResponse NodeRoutes::base_archive(const Snapshot& snapshot, const std::string& name) const {
  static const std::string suffix = ".tar.zst";
  const config::CompiledImage* image =
      name.ends_with(suffix) ? snapshot.compiled().image(name.substr(0, name.size() - suffix.size()))
                             : nullptr;
  if (image == nullptr) return text_answer(404, fmt::format("there is no base archive '{}'", name));
  return file(daemon_.paths.state, snapshot.below_state(image->base_archive));
}

ServerResponse NodeRoutes::file(const fs::path& folder, const fs::path& file) const {
  base::FileDescriptor opened = open_below(folder, file);
  if (!opened.valid()) return not_found(file.string());
  return {.content_type = "application/octet-stream", .body = {}, .file = std::move(opened)};
}

}  // namespace lucie::daemon
