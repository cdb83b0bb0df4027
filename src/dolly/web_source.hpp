#pragma once

#include <optional>
#include <string>

#include "dolly/fetch.hpp"
#include "net/fetch.hpp"

namespace lucie::dolly {

/// The server that a node fetches from. It is asked again, with pauses that grow, while it is away or busy.
class WebSource {
 public:
  /// Throws UsageError for another address than one of http and https.
  WebSource(const FetchOptions& options, FetchEvents& events);

  /// Throws lucie::Error for a refusal, EnvironmentError when the patience is over; so does `content`.
  std::string manifest();
  /// The bytes of a chunk, or what the server thinks they are: nothing is verified. What came before a
  /// connection broke is not asked for again.
  std::string content(const ChunkPlace& place);

 private:
  using Receive = std::function<void(std::string_view)>;
  using MakeRequest = std::function<std::optional<net::Request>()>;

  net::Request request(const std::string& path) const;
  void ask(const MakeRequest& make, const Receive& receive);
  bool is_answered(const net::Response& response, const std::string& url);
  void failed(const std::string& why);
  void tell(const std::string& why);
  void pause();
  void succeeded();

  const FetchOptions& options_;
  FetchEvents& events_;
  net::Session session_;
  std::optional<Clock::time_point> failing_since_;
  milliseconds pause_;
  std::string told_;  ///< why it is asked again
};

}  // namespace lucie::dolly
