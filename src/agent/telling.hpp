#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/datagram.hpp"
#include "wire/agent_report.hpp"
#include "wire/agent_settings.hpp"

namespace lucie::agent {

/// Tells lucied what was found, again and again for a while until it answers: by multicast, and by its own
/// address where multicasts do not get through.
class Telling {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;

  /// `number_file`: keeps the number of the last report that lucied took, so that numbers grow although a
  /// clock is put back.
  Telling(const wire::AgentSettings& settings, std::filesystem::path number_file,
          Now now = std::chrono::system_clock::now);

  /// The report in as many datagrams as it needs; number and round are given here (`round` set asks for one).
  /// The orders that came with the answers. Throws EnvironmentError when nobody answers, lucie::Error when
  /// lucied refuses.
  std::vector<wire::RecoveryOrder> tell(wire::AgentReport report);

 private:
  std::int64_t next_number();
  wire::AgentAnswer ask(const wire::AgentReport& report);
  void send(const std::string& datagram, int attempt);
  std::optional<wire::AgentAnswer> wait_for_answer(std::int64_t number, std::chrono::milliseconds wait);

  const wire::AgentSettings& settings_;
  std::filesystem::path number_file_;
  Now now_;
  net::DatagramSocket socket_;
  std::int64_t last_number_ = 0;
  std::string trouble_;  ///< the last one of sending
};

}  // namespace lucie::agent
