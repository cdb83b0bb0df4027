#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "base/reporter.hpp"
#include "net/fetch.hpp"

namespace lucie::installer {

/// lucied, as a node sees it: everything below /v1/nodes/NAME, with the node's token.
class Server {
 public:
  Server(std::string url, std::string host, std::string token)
      : url_(std::move(url)), host_(std::move(host)), token_(std::move(token)) {}

  /// `path` begins with a slash and is relative to the node: "/slice". Throws EnvironmentError when there is
  /// no answer.
  net::Response get(const std::string& path) const;
  net::Response post(const std::string& path, const std::string& body,
                     const std::function<bool()>& cancelled = {}) const;

  std::string url(const std::string& path) const;

  /// Asks again once a second until there is an answer or `patience` is over; a busy or starting server
  /// (no answer, 5xx) is waited for, a refusal (4xx) is an Error at once with the server's reason.
  std::string get_patiently(const std::string& path, std::chrono::seconds patience,
                            base::Reporter& reporter) const;

 private:
  net::Request request(const std::string& path) const;

  std::string url_, host_, token_;
};

}  // namespace lucie::installer
