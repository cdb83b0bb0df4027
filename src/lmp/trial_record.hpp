#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lmp/trial.hpp"

namespace lucie::lmp {

/// What one lab showed.
struct TrialResult {
  std::vector<std::string> installed;  ///< LMPs
  std::vector<AgentVerdict> verdicts;
  std::chrono::duration<double> took{};
};

/// The record of `lmp test --json` (lmp(1), JSON).
std::string trial_record(const std::vector<TrialResult>& results);

/// One line an agent: "ssh/port     fine     port 22 answers". Empty without agents.
std::string trial_text(const std::vector<AgentVerdict>& verdicts);

}  // namespace lucie::lmp
