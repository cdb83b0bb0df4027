#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dolly/connection.hpp"

/// A network in memory, for rings without sockets.
namespace lucie::test {

/// Bytes in one direction, held back while `frozen` says so.
class Pipe {
 public:
  std::size_t read(char* buffer, std::size_t size, dolly::milliseconds limit);
  void write(std::string_view bytes);
  void close();
  void freeze(bool frozen);

 private:
  dolly::Mutex mutex_;
  dolly::Condition changed_;
  std::deque<char> bytes_;
  bool closed_ = false, frozen_ = false;
};

class MemoryNetwork {
 public:
  /// What a node dials with: its connections end, or stand still, with it.
  std::unique_ptr<dolly::Network> of(const std::string& address);
  std::unique_ptr<dolly::Listener> listen(const std::string& address);

  /// As when the machine loses its power: connections end, and dials are refused.
  void kill(const std::string& address);
  /// As when it hangs: nothing comes from it, and it takes nothing, but dials succeed.
  void hang(const std::string& address);
  /// Called for every frame that `from` writes to `to`; may change the bytes.
  void tamper(const std::string& from, const std::string& to, std::function<void(std::string&)> change);
  /// Called once, when `bytes` have gone to this node.
  void when_received(const std::string& address, std::size_t bytes, std::function<void()> action);
  std::size_t received(const std::string& address);

 private:
  friend class MemoryConnection;
  friend class MemoryDialer;
  friend class MemoryListener;
  struct Wire {
    std::string one, other;
    std::shared_ptr<Pipe> there, back;
  };
  struct Trigger {
    std::size_t bytes;
    std::function<void()> action;
  };
  std::unique_ptr<dolly::Connection> dial(const std::string& from, const std::string& to);
  void pass(const std::string& from, const std::string& to, std::string bytes, Pipe& pipe);

  dolly::Mutex mutex_;
  dolly::Condition dialled_;
  std::map<std::string, std::deque<std::unique_ptr<dolly::Connection>>> waiting_;
  std::set<std::string> listening_, dead_, hung_;
  std::vector<Wire> wires_;
  std::map<std::pair<std::string, std::string>, std::function<void(std::string&)>> tampered_;
  std::map<std::string, Trigger> triggers_;
  std::map<std::string, std::size_t> received_;
};

}  // namespace lucie::test
