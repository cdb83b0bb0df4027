#include "installer/messenger.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace lucie::installer {
namespace {

using namespace std::chrono_literals;

constexpr auto batch_time = 500ms;

/// Keeps the newest whole lines when there are too many.
void shorten(std::string& log) {
  if (log.size() <= Messenger::most_kept) return;
  const auto start = log.find('\n', log.size() - Messenger::most_kept / 2);
  log = fmt::format("[{} bytes left out: the server did not answer; the node keeps them]\n{}", start + 1,
                    log.substr(start + 1));
}

}  // namespace

Messenger::Messenger(Post post, Trouble trouble)
    : post_(std::move(post)), trouble_(std::move(trouble)), thread_([this] { work(); }) {}

Messenger::~Messenger() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Messenger::tell(wire::Event event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  changed_.notify_all();
}

void Messenger::log(const std::string& module, std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string& log = logs_[module];
  log.append(line).push_back('\n');
  shorten(log);
  changed_.notify_all();
}

bool Messenger::flush(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  hurry_ = true;
  changed_.notify_all();
  const bool all = changed_.wait_for(
      lock, limit, [this] { return events_.empty() && logs_.empty() && waiting_.empty() && !sending_; });
  hurry_ = false;
  return all;
}

/// Collects for half a second what comes in after the first word, so that a chatty module does not make a
/// request a line.
bool Messenger::wait_for_work() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stop_ || !events_.empty() || !logs_.empty() || !waiting_.empty(); });
  changed_.wait_for(lock, batch_time, [this] { return stop_ || hurry_; });
  return !stop_;
}

std::vector<Messenger::Letter> Messenger::take_letters() {
  const std::lock_guard lock(mutex_);
  std::vector<Letter> letters(waiting_.begin(), waiting_.end());
  waiting_.clear();
  for (auto& [module, text] : logs_) letters.push_back({"/log/" + module, std::move(text)});
  logs_.clear();
  if (!events_.empty()) letters.push_back({"/events", wire::to_json(events_)});
  events_.clear();
  sending_ = true;
  return letters;
}

/// True when the letter is done with: delivered, or refused for good.
bool Messenger::deliver(const Letter& letter) {
  const int status = post_(letter.path, letter.body, [this] {
    const std::lock_guard lock(mutex_);
    return stop_;
  });
  const bool answered = status != 0 && status < 500;
  if (answered != reachable_) {
    trouble_(answered ? "the server answers again"
                      : "the server does not answer; going on, what happens is told later");
    reachable_ = answered;
  }
  if (answered && status >= 400 && !refused_) {
    trouble_(fmt::format("the server refuses what the node tells ({}: status {}); it is dropped", letter.path,
                         status));
    refused_ = true;
  }
  return answered;
}

void Messenger::put_back(std::vector<Letter> letters) {
  const std::lock_guard lock(mutex_);
  for (Letter& letter : letters) {
    // The log of one module stays one letter, so that what waits is bounded.
    const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const Letter& other) {
      return other.path == letter.path && letter.path != "/events";
    });
    if (same == waiting_.end()) {
      waiting_.push_back(std::move(letter));
    } else {
      same->body += letter.body;
      shorten(same->body);
    }
  }
}

void Messenger::pause(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, duration, [this] { return stop_; });
}

void Messenger::work() {
  auto delay = 500ms;
  while (wait_for_work()) {
    std::vector<Letter> letters = take_letters();
    auto next = letters.begin();
    while (next != letters.end() && deliver(*next)) ++next;
    const bool all = next == letters.end();
    put_back({next, letters.end()});
    {
      const std::lock_guard lock(mutex_);
      sending_ = false;
      changed_.notify_all();
    }
    if (!all) pause(delay);
    delay = all ? 500ms : std::min<std::chrono::milliseconds>(delay * 2, 10s);
  }
}

}  // namespace lucie::installer
