#include "dolly/file_server.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "dolly/web_token.hpp"

namespace lucie::dolly {
namespace {

net::ServerResponse refusal(int status, const std::string& why) {
  return {.status = status, .body = why + "\n", .file = {}};
}

bool has_token(const net::ServerRequest& request, const std::string& token) {
  const auto said = request.headers.find("x-lucie-token");
  return said != request.headers.end() && base::equal_secrets(said->second, token);
}

}  // namespace

FileServer::FileServer(const std::string& address, std::uint16_t port, const std::string& key,
                       const ServedFiles& files)
    : token_(web_token(key)),
      files_(files),
      server_({.address = address, .port = port, .body_limit = 1 << 10},
              [this](const net::ServerRequest& request) { return answer(request); }) {}

net::ServerResponse FileServer::answer(const net::ServerRequest& request) {
  if (!token_.empty() && !has_token(request, token_))
    return refusal(403, "who asks does not prove that it has the ring's key ('dollyplus fetch --key')");
  if (request.method != "GET") return refusal(405, "files can only be fetched here");
  const auto slash = request.path.rfind('/');
  const std::string what = slash == std::string::npos ? "" : request.path.substr(slash + 1);
  if (slash == 0 || (what != "manifest" && what != "content"))
    return refusal(404, "a file has /PATH/manifest and /PATH/content");
  const std::string path = request.path.substr(1, slash - 1);
  const auto file = files_.find(path);
  if (!file)
    return refusal(404, fmt::format("there is no complete file '{}' here", base::escape_control(path)));
  asked_ = true;
  try {
    return give(*file, what);
  } catch (const NotServed& why) {
    return refusal(why.status(), why.what());
  }
}

net::ServerResponse FileServer::give(ServedFile& file, const std::string& what) {
  const std::string type = "application/octet-stream";
  // Who says what a file is must have it, too.
  base::FileDescriptor content = file.open();
  if (what == "content") return {.content_type = type, .body = {}, .file = std::move(content)};
  const auto manifest = file.manifest();
  if (manifest) return {.content_type = type, .body = *manifest, .file = {}};
  return {.status = 503,
          .body = "the sender reads the file for its digests first\n",
          .file = {},
          .headers = {{"Retry-After", "1"}}};
}

}  // namespace lucie::dolly
