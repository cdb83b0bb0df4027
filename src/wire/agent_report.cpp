#include "wire/agent_report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::wire {
namespace {

constexpr std::array<std::pair<Verdict, const char*>, 3> verdict_names = {{
    {Verdict::ok, "ok"},
    {Verdict::warning, "warning"},
    {Verdict::failure, "failure"},
}};

/// The same report without what it tells.
AgentReport empty_part(const AgentReport& report) {
  AgentReport part = report;
  part.findings.clear();
  part.recoveries.clear();
  part.last = false;
  return part;
}

/// Adds to the last part, or to a new one when that one is full.
template <typename Told>
void add_told(std::vector<AgentReport>& parts, const AgentReport& report,
              std::vector<Told> AgentReport::*list, const Told& told, std::size_t most_bytes) {
  (parts.back().*list).push_back(told);
  const bool alone = parts.back().findings.size() + parts.back().recoveries.size() == 1;
  if (alone || to_xml(parts.back()).size() <= most_bytes) return;
  (parts.back().*list).pop_back();
  parts.push_back(empty_part(report));
  (parts.back().*list).push_back(told);
}

}  // namespace

std::string to_string(Verdict verdict) {
  const auto found = std::ranges::find(verdict_names, verdict, &std::pair<Verdict, const char*>::first);
  return found == verdict_names.end() ? "failure" : found->second;
}

Verdict verdict_from_string(std::string_view text) {
  for (const auto& [verdict, name] : verdict_names) {
    if (text == name) return verdict;
  }
  throw Error(fmt::format("'{}' is no verdict of an agent", base::escape_control(text)));
}

std::vector<AgentReport> split_report(const AgentReport& report, std::size_t most_bytes) {
  std::vector<AgentReport> parts = {empty_part(report)};
  for (const auto& recovery : report.recoveries)
    add_told(parts, report, &AgentReport::recoveries, recovery, most_bytes);
  for (const auto& finding : report.findings)
    add_told(parts, report, &AgentReport::findings, finding, most_bytes);
  parts.back().last = report.last;
  return parts;
}

}  // namespace lucie::wire
