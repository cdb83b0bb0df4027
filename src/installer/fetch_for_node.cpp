#include "installer/fetch_for_node.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"

namespace lucie::installer {

void fetch_for_node(const ModuleContext& context, const std::string& url,
                    const std::function<void(std::string_view)>& receive) {
  const net::Response response =
      net::fetch_streamed({.url = url, .headers = {{"X-Lucie-Token", context.token}}}, receive);
  if (response.status >= 400) {
    throw EnvironmentError(fmt::format("{}: status {}: {}", url, response.status,
                                       base::escape_control(base::trim(response.body))));
  }
}

std::string fetch_for_node(const ModuleContext& context, const std::string& url) {
  std::string body;
  fetch_for_node(context, url, [&](std::string_view piece) { body += piece; });
  return body;
}

}  // namespace lucie::installer
