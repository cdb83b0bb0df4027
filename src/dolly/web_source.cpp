#include "dolly/web_source.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/text.hpp"

namespace lucie::dolly {
namespace {

constexpr milliseconds shortest_pause{100}, longest_pause{5000}, connect_limit{5000}, stall_limit{30000};

/// A server that gave wrong chunks this often does not have what the manifest says.
constexpr int most_wrong = 3;

/// Digests and signatures of 64 TiB, and the lines before them.
constexpr std::size_t most_manifest = (96ULL << 24) + (4 << 20);

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
  for (const std::string& url : options.urls) {
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      throw UsageError(fmt::format("'{}' is no address of http or https", url));
    servers_.push_back({.url = url});
  }
  if (servers_.empty()) throw UsageError("there is no address to fetch from");
}

net::Request WebSource::request(const std::string& path) const {
  net::Request request;
  request.url = url() + path;
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
  givers_.clear();
  const auto rest = [&]() -> std::optional<net::Request> {
    if (bytes.size() == place.size) return std::nullopt;  // all came before the connection broke
    net::Request asked = request("/content");
    asked.headers["Range"] =
        fmt::format("bytes={}-{}", place.offset + bytes.size(), place.offset + place.size - 1);
    return asked;
  };
  const auto append = into(bytes, place.size);
  ask(rest, [&](std::string_view piece) {
    if (givers_.empty() || givers_.back() != turn_) givers_.push_back(turn_);
    append(piece);
  });
  return bytes;
}

void WebSource::came_right() {
  for (const std::size_t giver : givers_) servers_[giver].wrong = 0;
}

/// When several gave a part, the last one is asked for all of it before it is blamed: a server must not be
/// able to spoil what others give.
void WebSource::came_wrong(const std::string& what) {
  std::vector<std::size_t> blamed = givers_;
  if (blamed.size() > 1) blamed.pop_back();
  if (blamed.empty()) blamed.push_back(turn_);
  for (const std::size_t giver : blamed) {
    Server& server = servers_[giver];
    const std::string from = servers_.size() > 1 ? " from " + server.url : "";
    if (++server.wrong >= most_wrong) {
      leave_out(
          giver,
          Error(fmt::format("{} came damaged {} times{}", what, most_wrong, from))
              .hint("was the file changed on the server meanwhile? what came whole is kept: fetch it again"));
    } else {
      if (giver == turn_) next_turn();
      tell(fmt::format("{} came damaged{}", what, from), giver);
    }
  }
}

bool WebSource::begin_without(std::size_t server) {
  servers_[server].refused = true;
  for (Server& each : servers_) {
    if (each.refused) continue;
    each.out.reset();
    each.wrong = 0;
  }
  if (left() == 0) return false;
  if (servers_[turn_].out) next_turn();
  tell("nobody gives what was said to be the file", server);
  return true;
}

/// `make` is called for every try, and says when nothing is left to ask for.
void WebSource::ask(const MakeRequest& make, const Receive& receive) {
  for (;;) {
    const std::optional<net::Request> request = make();
    if (!request) return succeeded();
    try {
      if (is_answered(session_.fetch_streamed(*request, receive), request->url)) return succeeded();
    } catch (const EnvironmentError& fault) {
      gave_nothing(fault.what(), false);
    } catch (const NoServerLeft&) {
      throw;
    } catch (const Error& fault) {
      leave_out(turn_, fault);
    }
  }
}

/// False: somebody is to be asked again.
bool WebSource::is_answered(const net::Response& response, const std::string& url) {
  if (response.status < 400) return true;
  const std::string text = base::escape_control(base::trim(response.body.substr(0, 500)));
  const std::string why = fmt::format("{}: status {}: {}", url, response.status, text);
  if (response.status < 500) {
    servers_[turn_].refused = true;
    leave_out(turn_, Error("the server refuses: " + why));
    return false;
  }
  // One that says when to ask again is at work on the answer, however long that takes.
  const bool busy = response.headers.contains("retry-after");
  gave_nothing(busy ? text : why, busy);
  return false;
}

/// Another one is asked at once; a pause is made, and the patience is looked at, when all had their turn.
void WebSource::gave_nothing(const std::string& why, bool busy) {
  const auto now = Clock::now();
  if (!failing_since_) failing_since_ = now;
  busy_ |= busy;
  const std::size_t before = turn_;
  next_turn();
  const bool all_asked = ++in_vain_ >= left();
  if (all_asked) {
    in_vain_ = 0;
    if (std::exchange(busy_, false)) {
      failing_since_.reset();
    } else if (now - *failing_since_ >= options_.patience) {
      throw EnvironmentError(why);
    }
  }
  tell(why, before);
  if (all_asked) pause();
}

void WebSource::leave_out(std::size_t server, const Error& why) {
  servers_[server].out = why;
  if (left() == 0) throw nobody();
  if (server == turn_) next_turn();
  tell(why.what(), server);
}

/// With what each of them did.
NoServerLeft WebSource::nobody() const {
  if (servers_.size() == 1) return NoServerLeft(*servers_.front().out);
  std::vector<std::string> reasons;
  for (const Server& server : servers_) reasons.emplace_back(server.out->what());
  return NoServerLeft(Error("no server gives it: " + base::join(reasons, "; "))
                          .hint("what came whole is kept: the next fetch goes on from there"));
}

std::size_t WebSource::left() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(servers_, [](const Server& server) { return !server.out; }));
}

void WebSource::next_turn() {
  do {
    turn_ = (turn_ + 1) % servers_.size();
  } while (servers_[turn_].out);
}

void WebSource::tell(const std::string& why, std::size_t before) {
  if (!told_.insert(why).second) return;
  if (turn_ == before) {
    events_.waiting(why);
  } else {
    events_.elsewhere(why, url());
  }
}

void WebSource::pause() {
  sleep_for(pause_);
  pause_ = std::min(2 * pause_, longest_pause);
}

void WebSource::succeeded() {
  failing_since_.reset();
  in_vain_ = 0;
  busy_ = false;
  pause_ = shortest_pause;
  told_.clear();
}

}  // namespace lucie::dolly
