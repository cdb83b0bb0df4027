#include "accepting.hpp"
#include "wire/agent_report.hpp"
#include "wire/agent_settings.hpp"
#include "wire/sealed.hpp"

using namespace lucie;

namespace {

void report(const std::string& text) {
  const wire::AgentReport report = wire::agent_report_from_xml(text);
  const std::string written = wire::to_xml(report);
  fuzz::demand(fuzz::accepts([&] { wire::agent_report_from_xml(written); }),
               "what was taken can be read again");
  for (const wire::AgentReport& part : wire::split_report(report, wire::most_datagram - 300))
    fuzz::demand(part.host == report.host, "a part of a report is of the same host");
}

void answer(const std::string& text) {
  const std::string written = wire::to_xml(wire::agent_answer_from_xml(text));
  fuzz::demand(fuzz::accepts([&] { wire::agent_answer_from_xml(written); }),
               "what was taken can be read again");
}

}  // namespace

/// Datagrams between agents and lucied, with and without their seal, and agent.conf.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  fuzz::accepts([&] {
    const wire::Sealed sealed = wire::unseal(text);
    fuzz::demand(!wire::is_genuine(sealed, "00ff"), "nobody has the key");
  });
  fuzz::accepts([&] { report(text); });
  fuzz::accepts([&] { answer(text); });
  fuzz::accepts([&] { wire::agent_settings_from_text(text, "agent.conf"); });
  return 0;
}
