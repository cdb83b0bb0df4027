#include "net/server.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <microhttpd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "net/listen.hpp"

namespace lucie::net {
namespace {

constexpr unsigned most_connections = 8192;

/// Every connection and every file being sent needs a descriptor; the usual soft limit is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 3 * most_connections);
  setrlimit(RLIMIT_NOFILE, &limit);
}

MHD_Response* from_memory(const std::string& body) {
  return MHD_create_response_from_buffer(body.size(), const_cast<char*>(body.data()), MHD_RESPMEM_MUST_COPY);
}

/// Queues the response and gives up our share of it.
MHD_Result queue(MHD_Connection* connection, MHD_Response* response, int status) {
  if (response == nullptr) return MHD_NO;
  const MHD_Result result = MHD_queue_response(connection, static_cast<unsigned>(status), response);
  MHD_destroy_response(response);
  return result;
}

std::string header_of(const ServerRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

MHD_Result answer_file(MHD_Connection* connection, const ServerRequest& request, ServerResponse& answer) {
  struct stat status {};
  if (fstat(answer.file.get(), &status) != 0) return MHD_NO;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::string modified = http_date(status.st_mtim.tv_sec);
  if (header_of(request, "if-modified-since") == modified)
    return queue(connection, from_memory(""), MHD_HTTP_NOT_MODIFIED);
  // A range of a file that has changed meanwhile must not be joined to what the client has.
  const std::string condition = header_of(request, "if-range");
  const std::string asked = condition.empty() || condition == modified ? header_of(request, "range") : "";
  const RangeAnswer range = read_range(asked, size);
  MHD_Response* response = range.satisfiable
                               ? MHD_create_response_from_fd_at_offset64(
                                     range.range.length, answer.file.release(), range.range.first)
                               : from_memory("");
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", answer.content_type.c_str());
  MHD_add_response_header(response, "Last-Modified", modified.c_str());
  MHD_add_response_header(response, "Accept-Ranges", "bytes");
  const auto [first, length] = range.range;
  if (!range.satisfiable) {
    MHD_add_response_header(response, "Content-Range", fmt::format("bytes */{}", size).c_str());
    return queue(connection, response, MHD_HTTP_RANGE_NOT_SATISFIABLE);
  }
  if (!range.partial) return queue(connection, response, answer.status);
  MHD_add_response_header(response, "Content-Range",
                          fmt::format("bytes {}-{}/{}", first, first + length - 1, size).c_str());
  return queue(connection, response, MHD_HTTP_PARTIAL_CONTENT);
}

MHD_Result answer(MHD_Connection* connection, const ServerRequest& request, ServerResponse answer) {
  if (answer.file.valid()) return answer_file(connection, request, answer);
  MHD_Response* response = from_memory(answer.body);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", answer.content_type.c_str());
  for (const auto& [name, value] : answer.headers)
    MHD_add_response_header(response, name.c_str(), value.c_str());
  return queue(connection, response, answer.status);
}

/// One request while its body arrives.
struct Exchange {
  ServerRequest request;
  bool too_large = false;
};

MHD_Result collect_header(void* exchange, MHD_ValueKind, const char* key, const char* value) {
  std::string name = key;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  static_cast<ServerRequest*>(exchange)->headers[name] = value == nullptr ? "" : value;
  return MHD_YES;
}

MHD_Result collect_query(void* exchange, MHD_ValueKind, const char* key, const char* value) {
  static_cast<ServerRequest*>(exchange)->query[key] = value == nullptr ? "" : value;
  return MHD_YES;
}

void begin(ServerRequest& request, MHD_Connection* connection, const char* url, const char* method) {
  request.method = std::strcmp(method, "HEAD") == 0 ? "GET" : method;
  request.path = url;
  MHD_get_connection_values(connection, MHD_HEADER_KIND, collect_header, &request);
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, collect_query, &request);
  const auto* socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (socket == nullptr) return;
  request.peer = peer_address(socket->connect_fd);
  request.local = local_address(socket->connect_fd);
}

void forget(void*, MHD_Connection*, void** exchange, MHD_RequestTerminationCode) {
  delete static_cast<Exchange*>(*exchange);
  *exchange = nullptr;
}

}  // namespace

struct Server::State {
  ServerOptions options;
  Handler handler;
  std::function<void(const std::string&)> on_error;
  base::FileDescriptor socket;
  MHD_Daemon* daemon = nullptr;
  std::uint16_t port = 0;

  ServerResponse handle(const Exchange& exchange);
};

ServerResponse Server::State::handle(const Exchange& exchange) {
  if (exchange.too_large)
    return {.status = MHD_HTTP_CONTENT_TOO_LARGE, .body = "the request is too large\n", .file = {}};
  std::string message;
  try {
    return handler(exchange.request);
  } catch (const std::exception& error) {
    message = error.what();
  }
  if (on_error) on_error(fmt::format("{} {}: {}", exchange.request.method, exchange.request.path, message));
  return {.status = MHD_HTTP_INTERNAL_SERVER_ERROR, .body = message + "\n", .file = {}};
}

namespace {

/// libmicrohttpd calls it first without a body, then for each piece of the body, and then for the answer.
MHD_Result on_request(void* server, MHD_Connection* connection, const char* url, const char* method,
                      const char*, const char* piece, std::size_t* size, void** context) {
  auto& state = *static_cast<Server::State*>(server);
  if (*context == nullptr) {
    auto exchange = std::make_unique<Exchange>();
    begin(exchange->request, connection, url, method);
    *context = exchange.release();
    return MHD_YES;
  }
  auto& exchange = *static_cast<Exchange*>(*context);
  if (*size > 0) {
    exchange.too_large |= exchange.request.body.size() + *size > state.options.body_limit;
    if (!exchange.too_large) exchange.request.body.append(piece, *size);
    *size = 0;
    return MHD_YES;
  }
  return answer(connection, exchange.request, state.handle(exchange));
}

}  // namespace

Server::Server(ServerOptions options, Handler handler, std::function<void(const std::string&)> on_error)
    : state_(std::make_unique<State>()) {
  raise_descriptor_limit();
  state_->options = options;
  state_->handler = std::move(handler);
  state_->on_error = std::move(on_error);
  state_->socket = options.unix_socket.empty() ? listen_tcp(options.address, options.port)
                                               : listen_unix(options.unix_socket);
  state_->port = options.unix_socket.empty() ? local_port(state_->socket.get()) : 0;
  const bool threads = options.thread_per_connection;
  const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC |
                         (threads ? MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL : MHD_USE_EPOLL);
  std::vector<MHD_OptionItem> items = {
      {MHD_OPTION_LISTEN_SOCKET, state_->socket.get(), nullptr},
      {MHD_OPTION_CONNECTION_LIMIT, threads ? 256 : most_connections, nullptr},
      {MHD_OPTION_CONNECTION_TIMEOUT, threads ? 0 : 120, nullptr},
      {MHD_OPTION_NOTIFY_COMPLETED, reinterpret_cast<intptr_t>(forget), nullptr},
  };
  if (!threads) items.push_back({MHD_OPTION_THREAD_POOL_SIZE, options.threads, nullptr});
  items.push_back({MHD_OPTION_END, 0, nullptr});
  state_->daemon = MHD_start_daemon(flags, 0, nullptr, nullptr, on_request, state_.get(), MHD_OPTION_ARRAY,
                                    items.data(), MHD_OPTION_END);
  if (state_->daemon == nullptr) throw EnvironmentError("the HTTP server does not start");
  state_->socket.release();  // the daemon closes it
}

Server::~Server() {
  MHD_stop_daemon(state_->daemon);
}

std::uint16_t Server::port() const {
  return state_->port;
}

}  // namespace lucie::net
