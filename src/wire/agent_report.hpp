#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What a node's agents found, as XML (docs/agent-report.xsd), and what lucied answers. tinyxml2 stays behind
/// this header.
namespace lucie::wire {

/// How an agent judges the node: its exit status 0, 1, and 2 or anything else.
enum class Verdict { ok, warning, failure };
std::string to_string(Verdict verdict);
/// Throws lucie::Error for any other word.
Verdict verdict_from_string(std::string_view text);

/// What one agent found.
struct AgentFinding {
  std::string lmp, agent;
  Verdict verdict = Verdict::ok;
  std::string text;       ///< what it printed
  double seconds = 0;     ///< how long it ran
  bool recovers = false;  ///< a program that may set it right is known on the node
};

/// How a recovery that lucied ordered ended.
struct RecoveryOutcome {
  std::string lmp, agent;
  bool done = false;  ///< the program ended with status 0
  std::string text;
  double seconds = 0;
};

/// One datagram from a node. All that it ran goes into one round of several reports.
struct AgentReport {
  std::string host;
  std::int64_t number = 0;  ///< microseconds since 1970 by the node's clock; grows from report to report
  std::int64_t round = 0;   ///< the number of the round's first report; 0: not all agents were run
  bool last = false;        ///< the round ends with it: agents that it did not name are gone
  std::vector<AgentFinding> findings;
  std::vector<RecoveryOutcome> recoveries;
};

/// A recovery that the administrator's rules ask for.
struct RecoveryOrder {
  std::string lmp, agent;
};

/// lucied's answer to one report.
struct AgentAnswer {
  std::int64_t number = 0;  ///< the report's
  std::string refusal;      ///< why the report does not count; empty: it does
  std::vector<RecoveryOrder> orders;
};

/// Texts are cut, and what XML cannot hold is replaced.
std::string to_xml(const AgentReport& report);
std::string to_xml(const AgentAnswer& answer);

/// Throw lucie::Error for everything that is not exactly such a record: broken XML, another version, unknown
/// elements or attributes, names that are no names.
AgentReport agent_report_from_xml(std::string_view xml);
AgentAnswer agent_answer_from_xml(std::string_view xml);

/// A report as several, each of which is at most `most_bytes` long as XML; the numbers are given by the
/// caller. Its last one has `last` as the report had it.
std::vector<AgentReport> split_report(const AgentReport& report, std::size_t most_bytes);

}  // namespace lucie::wire
