#include "daemon/teller.hpp"

#include <fmt/format.h>
#include <map>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::daemon {
namespace {

constexpr auto time_limit = std::chrono::minutes(1);

std::string about(const Telling& telling) {
  return telling.node + (telling.agent.empty() ? "" : " " + telling.agent) + ": " + telling.state;
}

/// Why the program did not do it; empty when it did.
std::string failure_of(const base::Command& command) {
  try {
    const base::Outcome outcome = base::run(command);
    if (outcome.success()) return {};
    const auto lines = base::split(base::trim(outcome.error), '\n');
    return outcome.describe() + (lines.back().empty() ? "" : ": " + lines.back());
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

std::string mail_about(const std::vector<Telling>& tellings) {
  const config::Watch& watch = tellings.front().watch;
  const std::string more = tellings.size() > 1 ? fmt::format(" and {} more", tellings.size() - 1) : "";
  std::string mail = fmt::format(
      "To: {}\nSubject: [lucie] {}{}\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
      base::join(watch.mail, ", "), about(tellings.front()), more);
  for (const Telling& telling : tellings)
    mail += fmt::format("{}\n  {}\n", about(telling), base::escape_control(telling.text));
  return mail + fmt::format("\nThe watch '{}' asks for this mail. 'lucie agents' shows what holds now.\n",
                            watch.name);
}

Teller::Teller(Store& store, std::chrono::milliseconds moment)
    : store_(store), moment_(moment), thread_([this] { work(); }) {}

Teller::~Teller() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Teller::tell(std::vector<Telling> tellings) {
  if (tellings.empty()) return;
  const std::lock_guard lock(mutex_);
  std::move(tellings.begin(), tellings.end(), std::back_inserter(waiting_));
  changed_.notify_all();
}

void Teller::work() {
  for (;;) {
    std::vector<Telling> all;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
      changed_.wait_for(lock, moment_, [&] { return ending_.load(); });  // whole racks fail at once
      if (ending_) return;
      all.swap(waiting_);
    }
    std::map<std::string, std::vector<Telling>> mails;
    for (const Telling& telling : all) {
      if (!telling.watch.mail.empty()) mails[telling.watch.name].push_back(telling);
    }
    for (const auto& [watch, tellings] : mails) send_mail(tellings);
    for (const Telling& telling : all) {
      if (!telling.watch.command.empty() && !ending_) run_command(telling);
    }
  }
}

void Teller::run_command(const Telling& telling) {
  const std::string failure = failure_of({.argv = {"sh", "-c", telling.watch.command},
                                          .environment = {{"LUCIE_WATCH", telling.watch.name},
                                                          {"LUCIE_NODE", telling.node},
                                                          {"LUCIE_AGENT", telling.agent},
                                                          {"LUCIE_STATE", telling.state},
                                                          {"LUCIE_TEXT", telling.text}},
                                          .directory = "/",
                                          .time_limit = time_limit,
                                          .cancelled = [this] { return ending_.load(); }});
  record(telling, "command", failure);
}

void Teller::send_mail(const std::vector<Telling>& tellings) {
  const auto sendmail = base::find_in_path("sendmail");
  const std::string failure = sendmail.empty()
                                  ? "this server has no program sendmail: install a mail transport agent"
                                  : failure_of({.argv = {sendmail.string(), "-t", "-oi"},
                                                .input = mail_about(tellings),
                                                .time_limit = time_limit,
                                                .cancelled = [this] { return ending_.load(); }});
  for (const Telling& telling : tellings)
    record(telling, "mail to " + base::join(telling.watch.mail, ", "), failure);
}

void Teller::record(const Telling& telling, const std::string& how, const std::string& failure) {
  const std::string what = fmt::format("watch {}: {} ({})", telling.watch.name, how, telling.state);
  try {
    store_.record(telling.node, {{.kind = failure.empty() ? "watch_told" : "watch_failed",
                                  .module = telling.agent,
                                  .message = failure.empty() ? what : what + ": " + failure}});
  } catch (const Error&) {  // the store cannot be written: what was told, was told
  }
}

}  // namespace lucie::daemon
