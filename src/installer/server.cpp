#include "installer/server.hpp"

#include <fmt/format.h>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::installer {

std::string Server::url(const std::string& path) const {
  return fmt::format("{}/v1/nodes/{}{}", url_, host_, path);
}

net::Request Server::request(const std::string& path) const {
  net::Request request;
  request.url = url(path);
  request.headers["X-Lucie-Token"] = token_;
  request.connect_limit = std::chrono::seconds(5);
  request.stall_limit = std::chrono::seconds(30);
  return request;
}

net::Response Server::get(const std::string& path) const {
  return net::fetch(request(path));
}

net::Response Server::post(const std::string& path, const std::string& body,
                           const std::function<bool()>& cancelled) const {
  net::Request posted = request(path);
  posted.method = "POST";
  posted.body = body;
  posted.cancelled = cancelled;
  return net::fetch(posted);
}

std::string Server::get_patiently(const std::string& path, std::chrono::seconds patience,
                                  base::Reporter& reporter) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (bool told = false;;) {
    std::string why;
    try {
      net::Response response = get(path);
      if (response.status < 400) return std::move(response.body);
      why = fmt::format("{}: status {}: {}", url(path), response.status,
                        base::escape_control(base::trim(response.body)));
      if (response.status < 500)
        throw Error("the server refuses: " + why).hint("is the node armed? see 'lucie status' on the server");
    } catch (const EnvironmentError& error) {
      why = error.what();
    }
    if (std::chrono::steady_clock::now() >= end) throw EnvironmentError(why);
    if (!told) reporter.warning(why + "; asking again");
    told = true;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace lucie::installer
