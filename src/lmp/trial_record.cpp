#include "lmp/trial_record.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lucie::lmp {
namespace {

const char* verdict_word(int status) {
  return status == 0 ? "fine" : status == 1 ? "warning" : "failure";
}

}  // namespace

std::string trial_record(const std::vector<std::string>& services, const std::vector<AgentVerdict>& verdicts,
                         std::chrono::duration<double> took) {
  auto agents = nlohmann::ordered_json::array();
  for (const AgentVerdict& verdict : verdicts) {
    agents.push_back({{"lmp", verdict.lmp},
                      {"agent", verdict.agent},
                      {"state", verdict_word(verdict.status)},
                      {"text", verdict.text}});
  }
  const nlohmann::ordered_json record = {{"version", 1},
                                         {"installed", services},
                                         {"seconds", std::round(took.count() * 10) / 10},
                                         {"agents", agents}};
  return record.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string trial_text(const std::vector<AgentVerdict>& verdicts) {
  std::size_t width = 0;
  for (const AgentVerdict& verdict : verdicts)
    width = std::max(width, verdict.lmp.size() + verdict.agent.size() + 1);
  std::string text;
  for (const AgentVerdict& verdict : verdicts) {
    text += fmt::format("{:<{}}  {:<7}  {}\n", verdict.lmp + "/" + verdict.agent, width,
                        verdict_word(verdict.status), verdict.text);
  }
  return text;
}

}  // namespace lucie::lmp
