#include "daemon/admin.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/names.hpp"
#include "daemon/agents.hpp"
#include "daemon/routes.hpp"

namespace lucie::daemon {
namespace {

using net::ServerRequest;
using net::ServerResponse;
using Json = nlohmann::json;

/// The message of an installed node until it boots from its own disk; `lucie wait --booted` goes by it.
const char* const not_yet_booted = "not yet booted from its own disk";

/// Seconds that an event request may wait; clients ask again.
constexpr std::int64_t longest_wait_seconds = 60;

ServerResponse json_answer(const std::string& body, int status = 200) {
  return {.status = status, .content_type = "application/json", .body = body, .file = {}};
}

ServerResponse refuse(int status, const std::string& message, const std::string& hint = {}) {
  return json_answer(Json{{"version", 1}, {"error", message}, {"hint", hint}}.dump(
                         -1, ' ', false, Json::error_handler_t::replace),
                     status);
}

std::string query_of(const ServerRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

std::int64_t number_of(const ServerRequest& request, const std::string& name) {
  const std::string text = query_of(request, name);
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && (fault != std::errc() || end != text.data() + text.size() || number < 0))
    throw Error(fmt::format("{}: '{}' is not a number", name, text));
  return number;
}

Json read_body(const ServerRequest& request) {
  try {
    Json body = Json::parse(request.body);
    if (body.is_object()) return body;
  } catch (const Json::exception&) {
  }
  throw Error("the request's body is not a JSON object");
}

template <typename Value>
Value member(const Json& body, const std::string& name, Value otherwise) {
  if (!body.contains(name) || body.at(name).is_null()) return otherwise;
  try {
    return body.at(name).get<Value>();
  } catch (const Json::exception&) {
    throw Error(fmt::format("the request's '{}' is of the wrong kind", name));
  }
}

/// The hosts of all expressions, each once.
std::vector<const config::Host*> hosts_of(const Snapshot& snapshot, const Json& body) {
  std::string all;
  for (const std::string& item : member<std::vector<std::string>>(body, "nodes", {})) all += item + ",";
  return snapshot.select(all);
}

std::vector<std::string> names_of(const std::vector<const config::Host*>& hosts) {
  std::vector<std::string> names;
  for (const config::Host* host : hosts) names.push_back(host->name);
  return names;
}

/// Refuses before anything is armed.
void check_arming(const Snapshot& snapshot, const std::vector<const config::Host*>& hosts,
                  const std::string& installer, bool protected_too) {
  if (!installer.empty() && snapshot.cluster().installer(installer) == nullptr) {
    std::vector<std::string> known;
    for (const auto& other : snapshot.cluster().installers) known.push_back(other.name);
    throw Error(fmt::format("there is no installer '{}'", installer))
        .hint(base::did_you_mean(installer, known));
  }
  for (const config::Host* host : hosts) {
    if (host->protected_host && !protected_too)
      throw Error(fmt::format("host '{}' is protected", host->name))
          .hint("nothing was armed; --protected arms protected hosts, too");
    if (snapshot.image(*host, installer.empty() ? host->installer : installer) == nullptr)
      throw Error(fmt::format("host '{}': installer '{}' has no NFS root yet", host->name, host->installer))
          .hint("run lucie-setup apply");
    if (host->mac_address.empty())
      throw Error(
          fmt::format("host '{}' has no mac_address, so it cannot be told apart when it boots", host->name));
  }
}

}  // namespace

wire::NodeStatus status_of(const config::Host& host, const NodeRecord& record) {
  wire::NodeStatus status;
  status.name = host.name;
  status.address = host.address;
  status.mac_address = host.mac_address;
  status.installer = record.installer.empty() ? host.installer : record.installer;
  status.state = record.state;
  status.armed = record.armed;
  status.module = record.module;
  status.message = record.message;
  status.fraction = record.fraction;
  if (record.since != 0)
    status.since = base::format_time(base::SystemTime(std::chrono::milliseconds(record.since)));
  status.seconds = record.seconds();
  if (record.state == wire::NodeState::installed && record.local_at == 0) status.message = not_yet_booted;
  return status;
}

ServerResponse AdminRoutes::handle(const ServerRequest& request) {
  try {
    return answer(request);
  } catch (const EnvironmentError& error) {
    daemon_.log(fmt::format("error: {}: {}", request.path, error.what()));
    return refuse(500, error.what(), error.fault().hint);
  } catch (const Error& error) {
    return refuse(400, error.what(), error.fault().hint);
  }
}

ServerResponse AdminRoutes::answer(const ServerRequest& request) {
  const std::vector<std::string> path = segments(request.path);
  const std::string asked = request.method + " " + request.path;
  if (asked == "GET /v1/health") return health();
  if (asked == "POST /v1/reload") return reload();
  if (daemon_.snapshot() == nullptr) return refuse(503, nothing_compiled);
  if (asked == "GET /v1/nodes") return nodes(request);
  if (asked == "GET /v1/agents") return agents(request);
  if (asked == "POST /v1/arm") return arm(request);
  if (asked == "POST /v1/disarm") return disarm(request);
  if (asked == "GET /v1/events") return events(request);
  const bool of_node = request.method == "GET" && path.size() >= 4 && path[0] == "v1" && path[1] == "nodes";
  if (of_node && path.size() == 4 && path[3] == "logs") return logs(path[2]);
  if (of_node && path.size() == 5 && path[3] == "log") return log(path[2], path[4]);
  return refuse(404, fmt::format("lucied does not know {}", asked));
}

ServerResponse AdminRoutes::health() const {
  const auto snapshot = daemon_.snapshot();
  const Json compiled = snapshot == nullptr ? Json() : Json(snapshot->compiled().version);
  return json_answer(Json{{"version", 1},
                          {"status", "ok"},
                          {"compiled", compiled},
                          {"listen", daemon_.listen},
                          {"last_event", daemon_.store.last_event()}}
                         .dump());
}

ServerResponse AdminRoutes::nodes(const ServerRequest& request) const {
  const auto current = snapshot();
  const std::string node_set = query_of(request, "nodes");
  const auto records = daemon_.store.nodes();
  std::vector<wire::NodeStatus> nodes;
  for (const config::Host* host : current->select(node_set.empty() ? "all" : node_set)) {
    const auto record = records.find(host->name);
    nodes.push_back(status_of(*host, record == records.end() ? NodeRecord{} : record->second));
  }
  add_health(nodes, daemon_.store);
  return json_answer(wire::to_json(nodes));
}

ServerResponse AdminRoutes::agents(const ServerRequest& request) const {
  const std::string node_set = query_of(request, "nodes");
  const auto names = names_of(snapshot()->select(node_set.empty() ? "all" : node_set));
  return json_answer(wire::to_json(agent_statuses(daemon_.store, names)));
}

ServerResponse AdminRoutes::arm(const ServerRequest& request) {
  const auto current = snapshot();
  const Json body = read_body(request);
  const auto hosts = hosts_of(*current, body);
  const auto installer = member<std::string>(body, "installer", "");
  check_arming(*current, hosts, installer, member<bool>(body, "protected", false));
  daemon_.store.arm(names_of(hosts), installer);
  return json_answer(Json{{"version", 1}, {"armed", names_of(hosts)}}.dump());
}

ServerResponse AdminRoutes::disarm(const ServerRequest& request) {
  const auto current = snapshot();
  const auto hosts = hosts_of(*current, read_body(request));
  daemon_.store.disarm(names_of(hosts));
  return json_answer(Json{{"version", 1}, {"disarmed", names_of(hosts)}}.dump());
}

ServerResponse AdminRoutes::events(const ServerRequest& request) const {
  const std::int64_t since = number_of(request, "since");
  const std::string node_set = query_of(request, "node");
  const auto names = node_set.empty() ? std::vector<std::string>() : names_of(snapshot()->select(node_set));
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::seconds(std::min(number_of(request, "wait"), longest_wait_seconds));
  auto events = daemon_.store.events(since, names);
  for (std::int64_t seen = since; events.empty() && daemon_.store.wait(seen, until);) {
    seen = daemon_.store.last_event();
    events = daemon_.store.events(since, names);
  }
  return json_answer(wire::to_json(events));
}

ServerResponse AdminRoutes::logs(const std::string& node) const {
  const auto current = snapshot();
  Json logs = Json::array();
  for (const NodeLogs::Log& log : daemon_.logs.list(host(*current, node).name))
    logs.push_back({{"module", log.module}, {"size", log.size}, {"modified", log.modified}});
  return json_answer(Json{{"version", 1}, {"logs", logs}}.dump());
}

ServerResponse AdminRoutes::log(const std::string& node, const std::string& module) const {
  const auto current = snapshot();
  base::FileDescriptor file;
  if (base::is_name(module)) file = daemon_.logs.open(host(*current, node).name, module);
  if (!file.valid()) return refuse(404, fmt::format("node '{}' has no log of module '{}'", node, module));
  return {.body = {}, .file = std::move(file)};
}

ServerResponse AdminRoutes::reload() {
  daemon_.reload();
  return health();
}

std::shared_ptr<const Snapshot> AdminRoutes::snapshot() const {
  auto current = daemon_.snapshot();
  if (current == nullptr) throw Error(nothing_compiled);
  return current;
}

const config::Host& AdminRoutes::host(const Snapshot& snapshot, const std::string& name) const {
  const config::Host* found = snapshot.host(name);
  if (found != nullptr) return *found;
  return *snapshot.select(name).front();  // throws with the nearest name
}

}  // namespace lucie::daemon
