#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wire/event.hpp"

namespace lucie::installer {

/// Tells the server what happens: events, and the modules' logs in batches of whole lines, at most every
/// half second. Never blocks its callers; while the server does not answer it keeps events and the newest
/// part of the logs and tries again.
class Messenger {
 public:
  /// Posts a body to a path of the node ("/events", "/log/MODULE") and returns the HTTP status, or 0 when
  /// there was no answer. Gives up early when `cancelled` says true. Called from the messenger's thread.
  using Post = std::function<int(const std::string& path, const std::string& body,
                                 const std::function<bool()>& cancelled)>;
  /// Told once when the server stops answering, once when it answers again, and when it first refuses
  /// something.
  using Trouble = std::function<void(const std::string&)>;

  Messenger(Post post, Trouble trouble);
  /// Drops what is not told yet; `flush` first.
  ~Messenger();

  void tell(wire::Event event);
  /// One line of a module's log, without its newline.
  void log(const std::string& module, std::string_view line);
  /// Waits until all is told or `limit` has passed; true when all is told.
  bool flush(std::chrono::milliseconds limit);

  /// Most bytes kept of one module's log that could not be sent; the oldest lines go first.
  static constexpr std::size_t most_kept = 1 << 20;

 private:
  struct Letter {
    std::string path, body;
  };

  void work();
  bool wait_for_work();
  std::vector<Letter> take_letters();
  bool deliver(const Letter& letter);
  void put_back(std::vector<Letter> letters);
  void pause(std::chrono::milliseconds duration);

  Post post_;
  Trouble trouble_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<wire::Event> events_;
  std::map<std::string, std::string> logs_;
  std::deque<Letter> waiting_;  ///< made already, not delivered yet; they keep their order
  bool sending_ = false, hurry_ = false, stop_ = false, reachable_ = true, refused_ = false;
  std::thread thread_;
};

}  // namespace lucie::installer
