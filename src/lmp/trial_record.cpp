#include "lmp/trial_record.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lucie::lmp {
namespace {

const char* verdict_word(int status) {
  return status == 0 ? "fine" : status == 1 ? "warning" : "failure";
}

nlohmann::ordered_json record_of(const TrialResult& result) {
  auto agents = nlohmann::ordered_json::array();
  for (const AgentVerdict& verdict : result.verdicts) {
    agents.push_back({{"lmp", verdict.lmp},
                      {"agent", verdict.agent},
                      {"state", verdict_word(verdict.status)},
                      {"text", verdict.text}});
  }
  return {{"installed", result.installed},
          {"seconds", std::round(result.took.count() * 10) / 10},
          {"agents", agents}};
}

}  // namespace

std::string trial_record(const std::vector<TrialResult>& results) {
  auto trials = nlohmann::ordered_json::array();
  for (const TrialResult& result : results) trials.push_back(record_of(result));
  const nlohmann::ordered_json record = {{"version", 1}, {"trials", trials}};
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
