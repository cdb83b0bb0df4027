#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dolly/fetch.hpp"
#include "net/fetch.hpp"

namespace lucie::dolly {

/// Every server was left out.
class NoServerLeft : public Error {
 public:
  explicit NoServerLeft(const Error& why) : Error(why) {}
};

/// The servers that a node fetches from. It keeps to one as long as that gives what is right; then it is the
/// next one's turn. When none gives anything all are asked again, with pauses that grow.
class WebSource {
 public:
  /// Throws UsageError for another address than one of http and https.
  WebSource(const FetchOptions& options, FetchEvents& events);

  /// What a server says that the file is. Throws NoServerLeft, and EnvironmentError when the patience is
  /// over; so do the others.
  std::string manifest();
  /// The bytes of a chunk, or what a server thinks they are. What came before a connection broke is not asked
  /// for again.
  std::string content(const ChunkPlace& place);
  /// What `content` gave last is verified.
  void came_right();
  /// It is not what the manifest says: another server is asked, and one that does it again and again is left
  /// out. `what` it should be.
  void came_wrong(const std::string& what);

  /// Whose turn it is: who answered last.
  std::size_t server() const { return turn_; }
  const std::string& url() const { return servers_[turn_].url; }
  /// Who answered last is not asked again.
  void distrust(const Error& why) { leave_out(turn_, why); }
  /// Who was left out for its content may be right about what the file is, and `server` was not: that one is
  /// not asked again, the others are. False when there is none.
  bool begin_without(std::size_t server);

 private:
  using Receive = std::function<void(std::string_view)>;
  using MakeRequest = std::function<std::optional<net::Request>()>;
  struct Server {
    std::string url;
    int wrong = 0;         ///< chunks that came wrong from it, without a right one between
    bool refused = false;  ///< for good
    std::optional<Error> out{};
  };

  net::Request request(const std::string& path) const;
  void ask(const MakeRequest& make, const Receive& receive);
  bool is_answered(const net::Response& response, const std::string& url);
  void gave_nothing(const std::string& why, bool busy);
  void leave_out(std::size_t server, const Error& why);
  NoServerLeft nobody() const;
  std::size_t left() const;
  void next_turn();
  void tell(const std::string& why, std::size_t before);
  void pause();
  void succeeded();

  const FetchOptions& options_;
  FetchEvents& events_;
  net::Session session_;
  std::vector<Server> servers_;
  std::size_t turn_ = 0;
  std::vector<std::size_t> givers_;  ///< of the last content, in order
  std::size_t in_vain_ = 0;          ///< servers asked since one gave something, or all had their turn
  bool busy_ = false;                ///< one of these is at work on the answer
  std::optional<Clock::time_point> failing_since_;
  milliseconds pause_;
  std::set<std::string> told_;  ///< why others are asked
};

}  // namespace lucie::dolly
