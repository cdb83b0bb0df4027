#include "daemon/routes.hpp"

#include <cstdlib>

#include "accepting.hpp"
#include "daemon/admin.hpp"
#include "sample.hpp"

using namespace lucie;

namespace {

/// lucied's answers without sockets; host cnode00 is armed and being installed.
class Served {
 public:
  Served() {
    sample_.store();
    daemon_ = std::make_unique<daemon::Daemon>(sample_.paths(), [](const std::string&) {});
    daemon_->port = 8080;
  }

  /// Afterwards `token_` is good whatever the inputs before have done.
  void begin_installation() {
    daemon::AdminRoutes(*daemon_).handle(
        {.method = "POST", .path = "/v1/arm", .body = R"({"nodes":["cnode00"],"installer":null})"});
    const std::string script = node({.method = "GET", .path = "/boot/00-50-56-40-40-b6"}).body;
    const auto at = script.find("lucie.token=");
    fuzz::demand(at != std::string::npos, "who is armed gets a token");
    token_ = script.substr(at + 12, script.find(' ', at) - at - 12);
  }

  net::ServerResponse node(net::ServerRequest request) {
    request.peer = "192.168.10.1";
    request.local = "192.168.10.253";
    request.headers["x-lucie-token"] = token_;
    return daemon::NodeRoutes(*daemon_).handle(request);
  }
  net::ServerResponse admin(const net::ServerRequest& request) {
    return daemon::AdminRoutes(*daemon_).handle(request);
  }

 private:
  Sample sample_;
  std::unique_ptr<daemon::Daemon> daemon_;
  std::string token_;
};

/// "METHOD PATH?NAME=VALUE&…", and behind the line the body.
net::ServerRequest request_from(const std::string& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const auto words = base::split(text.substr(0, end), ' ');
  net::ServerRequest request{.method = words[0], .path = "/"};
  if (words.size() > 1) {
    const std::size_t query = std::min(words[1].find('?'), words[1].size());
    request.path = words[1].substr(0, query);
    for (const std::string& pair : base::split(words[1].substr(std::min(query + 1, words[1].size())), '&')) {
      const std::size_t is = std::min(pair.find('='), pair.size());
      request.query[pair.substr(0, is)] = pair.substr(std::min(is + 1, pair.size()));
    }
  }
  request.query.erase("wait");  // seconds until the answer
  request.body = text.substr(std::min(end + 1, text.size()));
  return request;
}

void demand_answer(const net::ServerResponse& response) {
  fuzz::demand(response.status >= 200 && response.status < 600, "an answer has a status");
}

}  // namespace

/// Requests of a node that is being installed, and of the administrator (docs/http-api.md).
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  static std::unique_ptr<Served> served;
  static int inputs = 0;
  // What inputs leave behind (events, logs) does not grow without end.
  if (inputs++ % 500 == 0) {
    served.reset();
    setenv("SOURCE", SOURCE_FOLDER, 0);
    served = std::make_unique<Served>();
  }
  const net::ServerRequest request = request_from(fuzz::text_of(bytes, size));
  served->begin_installation();
  fuzz::accepts([&] { demand_answer(served->node(request)); });
  fuzz::accepts([&] { demand_answer(served->admin(request)); });
  return 0;
}
