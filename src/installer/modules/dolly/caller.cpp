#include "installer/modules/dolly/caller.hpp"

#include <cstdlib>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "wire/manifest.hpp"

namespace lucie::installer {
namespace {

/// The server forgets a node that does not say again that it is ready.
constexpr std::chrono::seconds between_calls{5};

}  // namespace

Server server_of(const ModuleContext& context) {
  const char* url = std::getenv("LUCIE_SERVER");
  if (url == nullptr || *url == '\0') throw Error("LUCIE_SERVER does not say where lucied is");
  return {url, context.slice.host, context.token};
}

Caller::Caller(const ModuleContext& context, const std::string& dataset)
    : context_(context),
      server_(server_of(context)),
      path_(fmt::format("/datasets/{}/ready", dataset)),
      thread_([this] { call(); }) {}

Caller::~Caller() {
  stop();
  thread_.join();
}

void Caller::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

std::string Caller::way_out() const {
  const std::lock_guard lock(mutex_);
  return way_out_;
}

void Caller::call() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    call_once();
    lock.lock();
    changed_.wait_for(lock, between_calls, [&] { return stopped_.load(); });
  }
}

/// A server that is away is called again; its refusal is told, and once.
void Caller::call_once() {
  try {
    const auto answer = server_.post(path_, "", [&] { return stopped_.load(); });
    if (answer.status < 400) return take_answer(answer.body);
    if (told_) return;
    told_ = true;
    context_.reporter.warning(fmt::format("{}: status {}: {}", path_, answer.status,
                                          base::escape_control(base::trim(answer.body))));
  } catch (const Error&) {
  }
}

/// A ring that has begun meanwhile is better.
void Caller::take_answer(const std::string& answer) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  way_out_ = wire::way_out_from_json(answer);
  stopped_ = !way_out_.empty();
}

}  // namespace lucie::installer
