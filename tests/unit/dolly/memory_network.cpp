#include "memory_network.hpp"

#include <algorithm>

namespace lucie::test {

using dolly::ConnectionLost;
using dolly::milliseconds;

std::size_t Pipe::read(char* buffer, std::size_t size, milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !frozen_ && (closed_ || !bytes_.empty()); };
  if (limit.count() == 0) {
    changed_.wait(lock, ready);
  } else if (!changed_.wait_for(lock, limit, ready)) {
    throw ConnectionLost("no sign of life");
  }
  const std::size_t count = std::min(size, bytes_.size());
  std::copy_n(bytes_.begin(), count, buffer);
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<long>(count));
  changed_.notify_all();
  return count;
}

/// As a socket, it takes so much before somebody reads.
void Pipe::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || bytes_.size() < (256 << 10); });
  if (closed_) throw ConnectionLost("closed");
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  changed_.notify_all();
}

void Pipe::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  frozen_ = false;
  changed_.notify_all();
}

void Pipe::freeze(bool frozen) {
  const std::lock_guard lock(mutex_);
  frozen_ = frozen && !closed_;
  changed_.notify_all();
}

class MemoryConnection : public dolly::Connection {
 public:
  MemoryConnection(MemoryNetwork& network, std::string own, std::string peer, std::shared_ptr<Pipe> in,
                   std::shared_ptr<Pipe> out)
      : network_(network),
        own_(std::move(own)),
        peer_(std::move(peer)),
        in_(std::move(in)),
        out_(std::move(out)) {}
  ~MemoryConnection() override { shut_down(); }

  std::size_t read(char* buffer, std::size_t size, std::size_t, milliseconds limit) override {
    return in_->read(buffer, size, limit);
  }
  void write(std::span<const std::string_view> pieces) override {
    for (const std::string_view piece : pieces) network_.pass(own_, peer_, std::string(piece), *out_);
  }
  void shut_down() noexcept override {
    in_->close();
    out_->close();
  }
  std::string peer() const override { return peer_; }

 private:
  MemoryNetwork& network_;
  std::string own_, peer_;
  std::shared_ptr<Pipe> in_, out_;
};

class MemoryDialer : public dolly::Network {
 public:
  MemoryDialer(MemoryNetwork& network, std::string own) : network_(network), own_(std::move(own)) {}
  std::unique_ptr<dolly::Connection> dial(const std::string& address, std::uint16_t, milliseconds) override {
    return network_.dial(own_, address);
  }

 private:
  MemoryNetwork& network_;
  std::string own_;
};

class MemoryListener : public dolly::Listener {
 public:
  MemoryListener(MemoryNetwork& network, std::string own) : network_(network), own_(std::move(own)) {}
  std::unique_ptr<dolly::Connection> accept(milliseconds limit) override {
    std::unique_lock lock(network_.mutex_);
    auto& waiting = network_.waiting_[own_];
    if (!network_.dialled_.wait_for(lock, limit, [&] { return !waiting.empty(); })) return nullptr;
    auto connection = std::move(waiting.front());
    waiting.pop_front();
    return connection;
  }
  std::uint16_t port() const override { return 0; }

 private:
  MemoryNetwork& network_;
  std::string own_;
};

std::unique_ptr<dolly::Network> MemoryNetwork::of(const std::string& address) {
  return std::make_unique<MemoryDialer>(*this, address);
}

std::unique_ptr<dolly::Listener> MemoryNetwork::listen(const std::string& address) {
  const std::lock_guard lock(mutex_);
  listening_.insert(address);
  return std::make_unique<MemoryListener>(*this, address);
}

std::unique_ptr<dolly::Connection> MemoryNetwork::dial(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (!listening_.contains(to) || dead_.contains(to) || dead_.contains(from) || hung_.contains(from))
    throw ConnectionLost("Connection refused");
  const auto there = std::make_shared<Pipe>(), back = std::make_shared<Pipe>();
  wires_.push_back({from, to, there, back});
  if (hung_.contains(to)) {
    there->freeze(true);
    back->freeze(true);
  }
  waiting_[to].push_back(std::make_unique<MemoryConnection>(*this, to, from, there, back));
  dialled_.notify_all();
  return std::make_unique<MemoryConnection>(*this, from, to, back, there);
}

void MemoryNetwork::pass(const std::string& from, const std::string& to, std::string bytes, Pipe& pipe) {
  std::function<void()> action;
  {
    const std::lock_guard lock(mutex_);
    const auto change = tampered_.find({from, to});
    if (change != tampered_.end()) change->second(bytes);
    received_[to] += bytes.size();
    const auto trigger = triggers_.find(to);
    if (trigger != triggers_.end() && received_[to] >= trigger->second.bytes) {
      action = std::move(trigger->second.action);
      triggers_.erase(trigger);
    }
  }
  if (action) action();
  pipe.write(bytes);
}

void MemoryNetwork::kill(const std::string& address) {
  const std::lock_guard lock(mutex_);
  dead_.insert(address);
  for (const Wire& wire : wires_) {
    if (wire.one != address && wire.other != address) continue;
    wire.there->close();
    wire.back->close();
  }
}

void MemoryNetwork::hang(const std::string& address) {
  const std::lock_guard lock(mutex_);
  hung_.insert(address);
  for (const Wire& wire : wires_) {
    if (wire.one != address && wire.other != address) continue;
    wire.there->freeze(true);
    wire.back->freeze(true);
  }
}

void MemoryNetwork::tamper(const std::string& from, const std::string& to,
                           std::function<void(std::string&)> change) {
  const std::lock_guard lock(mutex_);
  tampered_[{from, to}] = std::move(change);
}

void MemoryNetwork::when_received(const std::string& address, std::size_t bytes,
                                  std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  triggers_[address] = {bytes, std::move(action)};
}

std::size_t MemoryNetwork::received(const std::string& address) {
  const std::lock_guard lock(mutex_);
  return received_[address];
}

}  // namespace lucie::test
