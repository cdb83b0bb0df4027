#include "dolly/web_source.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::dolly {
namespace {

constexpr milliseconds shortest_pause{100}, longest_pause{5000}, connect_limit{5000}, stall_limit{30000};

/// Digests of 64 TiB, and the lines before them.
constexpr std::size_t most_manifest = (32ULL << 24) + (64 << 10);

/// Appends what comes, up to `most` bytes in all.
std::function<void(std::string_view)> into(std::string& bytes, std::size_t most) {
  return [&bytes, most](std::string_view piece) {
    if (piece.size() > most - bytes.size())
      throw Error(fmt::format("the server sends more than the {} bytes that were asked for", most))
          .hint("does it know ranges? was the file changed meanwhile?");
    bytes += piece;
  };
}

}  // namespace

WebSource::WebSource(const FetchOptions& options, FetchEvents& events)
    : options_(options), events_(events), pause_(shortest_pause) {
  if (!options.url.starts_with("http://") && !options.url.starts_with("https://"))
    throw UsageError(fmt::format("'{}' is no address of http or https", options.url));
}

net::Request WebSource::request(const std::string& path) const {
  net::Request request;
  request.url = options_.url + path;
  if (!options_.token.empty()) request.headers["X-Lucie-Token"] = options_.token;
  request.connect_limit = connect_limit;
  request.stall_limit = stall_limit;
  return request;
}

std::string WebSource::manifest() {
  std::string bytes;
  ask(
      [&] {
        bytes.clear();
        return request("/manifest");
      },
      into(bytes, most_manifest));
  return bytes;
}

std::string WebSource::content(const ChunkPlace& place) {
  std::string bytes;
  bytes.reserve(place.size);
  const auto rest = [&]() -> std::optional<net::Request> {
    if (bytes.size() == place.size) return std::nullopt;  // all came before the connection broke
    net::Request asked = request("/content");
    asked.headers["Range"] =
        fmt::format("bytes={}-{}", place.offset + bytes.size(), place.offset + place.size - 1);
    return asked;
  };
  ask(rest, into(bytes, place.size));
  return bytes;
}

/// `make` is called for every try, and says when nothing is left to ask for.
void WebSource::ask(const MakeRequest& make, const Receive& receive) {
  for (;;) {
    const std::optional<net::Request> request = make();
    if (!request) return succeeded();
    try {
      if (is_answered(session_.fetch_streamed(*request, receive), request->url)) return succeeded();
    } catch (const EnvironmentError& fault) {
      failed(fault.what());
    }
  }
}

/// False: it is to be asked again, at once.
bool WebSource::is_answered(const net::Response& response, const std::string& url) {
  if (response.status < 400) return true;
  const std::string text = base::escape_control(base::trim(response.body.substr(0, 500)));
  const std::string why = fmt::format("{}: status {}: {}", url, response.status, text);
  if (response.status < 500) throw Error("the server refuses: " + why);
  // One that says when to ask again is at work on the answer, however long that takes.
  if (!response.headers.contains("retry-after")) throw EnvironmentError(why);
  failing_since_.reset();
  tell(text);
  pause();
  return false;
}

void WebSource::failed(const std::string& why) {
  const auto now = Clock::now();
  if (!failing_since_) failing_since_ = now;
  if (now - *failing_since_ >= options_.patience) throw EnvironmentError(why);
  tell(why);
  pause();
}

void WebSource::tell(const std::string& why) {
  if (why != told_) events_.waiting(why);
  told_ = why;
}

void WebSource::pause() {
  sleep_for(pause_);
  pause_ = std::min(2 * pause_, longest_pause);
}

void WebSource::succeeded() {
  failing_since_.reset();
  pause_ = shortest_pause;
  told_.clear();
}

}  // namespace lucie::dolly
