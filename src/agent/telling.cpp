#include "agent/telling.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "wire/sealed.hpp"

namespace lucie::agent {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int hops = 8;  ///< a lucied behind a few routers
constexpr std::size_t seal_bytes = 200;
/// How long each attempt waits for an answer.
constexpr std::array waits = {milliseconds(500), milliseconds(1000), milliseconds(1500), milliseconds(2500),
                              milliseconds(4000)};
/// From this attempt on lucied's own address is tried, too.
constexpr int directly_from = 1;

/// A node whose address was changed by hand tells all the same.
net::DatagramSocket socket_of(const std::string& source) {
  try {
    net::DatagramSocket socket(source);
    socket.multicast_by(source, hops);
    return socket;
  } catch (const Error&) {
    net::DatagramSocket socket;
    socket.multicast_by({}, hops);
    return socket;
  }
}

std::int64_t read_number(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return 0;
  const std::string text(base::trim(base::read_file(file)));
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Telling::Telling(const wire::AgentSettings& settings, fs::path number_file, Now now)
    : settings_(settings),
      number_file_(std::move(number_file)),
      now_(std::move(now)),
      socket_(socket_of(settings.source)),
      last_number_(read_number(number_file_)) {}

std::int64_t Telling::next_number() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(now_().time_since_epoch()).count();
  return std::max<std::int64_t>(now, last_number_ + 1);
}

std::vector<wire::RecoveryOrder> Telling::tell(wire::AgentReport report) {
  const bool whole_round = report.round != 0;
  report.host = settings_.host;
  report.number = next_number();
  report.round = whole_round ? report.number : 0;
  std::vector<wire::RecoveryOrder> orders;
  std::int64_t round = 0;
  for (wire::AgentReport& part : wire::split_report(report, wire::most_datagram - seal_bytes)) {
    part.number = next_number();
    if (whole_round) part.round = round = round == 0 ? part.number : round;
    const wire::AgentAnswer answer = ask(part);
    if (!answer.refusal.empty())
      throw Error(fmt::format("lucied refuses the report: {}", base::escape_control(answer.refusal)));
    last_number_ = part.number;
    fs::create_directories(number_file_.parent_path());
    base::write_file(number_file_, std::to_string(last_number_) + "\n");
    orders.insert(orders.end(), answer.orders.begin(), answer.orders.end());
  }
  return orders;
}

wire::AgentAnswer Telling::ask(const wire::AgentReport& report) {
  const std::string datagram =
      wire::seal("report", settings_.host, settings_.agent.key, wire::to_xml(report));
  for (int attempt = 0; attempt < static_cast<int>(waits.size()); ++attempt) {
    send(datagram, attempt);
    if (auto answer = wait_for_answer(report.number, waits.at(attempt))) return *answer;
  }
  throw EnvironmentError(fmt::format("no lucied answers at {}{}, port {}{}", settings_.agent.address,
                                     settings_.agent.server.empty() ? "" : " or " + settings_.agent.server,
                                     settings_.agent.port, trouble_.empty() ? "" : ": " + trouble_));
}

void Telling::send(const std::string& datagram, int attempt) {
  std::vector<std::string> addresses = {settings_.agent.address};
  if (attempt >= directly_from && !settings_.agent.server.empty())
    addresses.push_back(settings_.agent.server);
  for (const std::string& address : addresses) {
    try {
      socket_.send(datagram, address, settings_.agent.port);
    } catch (const Error& error) {
      trouble_ = error.what();
    }
  }
}

/// What is no genuine answer to this report is passed over: anyone can send datagrams.
std::optional<wire::AgentAnswer> Telling::wait_for_answer(std::int64_t number, milliseconds wait) {
  const auto end = steady_clock::now() + wait;
  while (steady_clock::now() < end) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
    const auto datagram = socket_.receive(left, wire::most_datagram);
    if (!datagram) continue;
    try {
      const wire::Sealed sealed = wire::unseal(datagram->bytes);
      if (sealed.kind != "answer" || sealed.host != settings_.host ||
          !wire::is_genuine(sealed, settings_.agent.key))
        continue;
      wire::AgentAnswer answer = wire::agent_answer_from_xml(sealed.content);
      if (answer.number == number) return answer;
    } catch (const Error&) {
      continue;
    }
  }
  return std::nullopt;
}

}  // namespace lucie::agent
