#include "installer/fetch_for_node.hpp"

#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"

namespace lucie::installer {
namespace {

EnvironmentError refused(const std::string& url, const net::Response& response) {
  return EnvironmentError(fmt::format("{}: status {}: {}", url, response.status,
                                      base::escape_control(base::trim(response.body))));
}

/// One try; what may pass by itself is the result, and nothing where the transfer is done. Throws
/// EnvironmentError for what will stay so.
std::optional<EnvironmentError> try_fetch(const net::Request& request,
                                          const std::function<void(std::string_view)>& receive) {
  bool begun = false;
  net::Response response;
  try {
    response = net::fetch_streamed(request, [&](std::string_view piece) {
      begun = true;
      receive(piece);
    });
  } catch (const EnvironmentError& error) {
    if (begun) throw;  // what was handed out cannot be taken back
    return error;
  }
  if (response.status < 400) return std::nullopt;
  if (response.status < 500) throw refused(request.url, response);
  return refused(request.url, response);
}

}  // namespace

void fetch_for_node(const ModuleContext& context, const std::string& url,
                    const std::function<void(std::string_view)>& receive) {
  const net::Request request{.url = url, .headers = {{"X-Lucie-Token", context.token}}};
  for (std::chrono::seconds pause{1};; pause *= 2) {
    const auto failure = try_fetch(request, receive);
    if (!failure) return;
    if (pause > longest_fetch_pause) throw EnvironmentError(*failure);
    context.reporter.note(fmt::format("{}; trying again in {} s", failure->what(), pause.count()));
    std::this_thread::sleep_for(pause);
  }
}

std::string fetch_for_node(const ModuleContext& context, const std::string& url) {
  std::string body;
  fetch_for_node(context, url, [&](std::string_view piece) { body += piece; });
  return body;
}

}  // namespace lucie::installer
