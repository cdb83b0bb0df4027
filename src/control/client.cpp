#include "control/client.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "net/fetch.hpp"

namespace lucie::control {
namespace {

using Json = nlohmann::json;

/// Tells why lucied cannot be reached, which the transfer library words as one failure.
void check_socket(const std::filesystem::path& socket) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, socket.c_str(), sizeof name.sun_path - 1);
  const base::FileDescriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!descriptor.valid()) throw_errno("make a socket");
  if (connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return;
  const int why = errno;
  if (why == EACCES || why == EPERM) {
    EnvironmentError error(fmt::format("no permission to use {}", socket.string()));
    error.hint("only root may drive nodes: try sudo");
    throw error;
  }
  EnvironmentError error(fmt::format("lucied is not running ({}: {})", socket.string(), std::strerror(why)));
  error.hint("start it with 'systemctl start lucied', or 'lucie-setup apply' if nothing was applied yet");
  throw error;
}

[[noreturn]] void throw_refusal(const net::Response& response) {
  std::string message = fmt::format("lucied answers with status {}", response.status);
  std::string hint;
  try {
    const Json record = Json::parse(response.body);
    message = record.value("error", message);
    hint = record.value("hint", "");
  } catch (const Json::exception&) {  // then the status alone must do
  }
  throw Error(message,
              response.status >= 500 && response.status != 503 ? ExitStatus::environment : ExitStatus::input)
      .hint(hint);
}

Json parse(const std::string& text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception&) {
    throw EnvironmentError("lucied's answer is no JSON: is it of another version?");
  }
}

}  // namespace

std::string percent_encode(const std::string& text) {
  std::string encoded;
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::strchr("-._~", c) != nullptr;
    encoded += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return encoded;
}

Client::Client(std::filesystem::path socket) : socket_(std::move(socket)) {}

std::string Client::ask(const std::string& method, const std::string& path, const std::string& body,
                        const std::string& range) const {
  check_socket(socket_);
  net::Request request;
  request.url = "http://lucied" + path;
  request.method = method;
  request.body = body;
  request.unix_socket = socket_;
  if (!range.empty()) request.headers["Range"] = range;
  net::Response response = net::fetch(request);
  if (response.status == 416) return {};
  if (response.status >= 400) throw_refusal(response);
  return std::move(response.body);
}

std::string Client::nodes_json(const std::string& node_set) const {
  return ask("GET", "/v1/nodes?nodes=" + percent_encode(node_set));
}

std::vector<wire::NodeStatus> Client::nodes(const std::string& node_set) const {
  return wire::nodes_from_json(nodes_json(node_set));
}

std::string Client::agents_json(const std::string& node_set) const {
  return ask("GET", "/v1/agents?nodes=" + percent_encode(node_set));
}

std::vector<wire::AgentStatus> Client::agents(const std::string& node_set) const {
  return wire::agents_from_json(agents_json(node_set));
}

void Client::arm(const std::vector<std::string>& nodes, const std::string& installer,
                 bool protected_too) const {
  Json body = {{"nodes", nodes}, {"installer", nullptr}, {"protected", protected_too}};
  if (!installer.empty()) body["installer"] = installer;
  ask("POST", "/v1/arm", body.dump());
}

std::vector<std::string> Client::disarm(const std::string& node_set) const {
  const Json body = {{"nodes", Json::array({node_set})}};
  return parse(ask("POST", "/v1/disarm", body.dump())).at("disarmed").get<std::vector<std::string>>();
}

std::vector<wire::Event> Client::events(std::int64_t since, const std::string& node_set,
                                        int wait_seconds) const {
  return wire::events_from_json(ask("GET", fmt::format("/v1/events?since={}&wait={}&node={}", since,
                                                       wait_seconds, percent_encode(node_set))));
}

std::int64_t Client::last_event() const {
  return parse(ask("GET", "/v1/health")).at("last_event").get<std::int64_t>();
}

std::string Client::logs_json(const std::string& node) const {
  return ask("GET", "/v1/nodes/" + percent_encode(node) + "/logs");
}

std::vector<Client::Log> Client::logs(const std::string& node) const {
  std::vector<Log> logs;
  const Json record = parse(logs_json(node));
  for (const Json& log : record.at("logs"))
    logs.push_back({log.at("module"), log.at("modified"), log.at("size").get<std::uint64_t>()});
  return logs;
}

std::string Client::log(const std::string& node, const std::string& module, std::uint64_t from) const {
  const std::string range = from == 0 ? "" : fmt::format("bytes={}-", from);
  return ask("GET", fmt::format("/v1/nodes/{}/log/{}", percent_encode(node), percent_encode(module)), {},
             range);
}

}  // namespace lucie::control
