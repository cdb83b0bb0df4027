#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <initializer_list>
#include <tinyxml2.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "wire/agent_report.hpp"

/// XML of reports and answers. The reader takes exactly what docs/agent-report.xsd allows: what arrives over
/// the network is believed in nothing.
namespace lucie::wire {
namespace {

using tinyxml2::XMLDocument;
using tinyxml2::XMLElement;

constexpr const char* xml_version = "1";
/// As XML, so that a finding with the longest names fits into one datagram.
constexpr std::size_t most_text = 700;
constexpr double most_seconds = 1e7;

/// The part of the text that takes at most `most_text` bytes in XML.
std::string cut(std::string text) {
  std::size_t length = 0, cost = 0;
  for (; length < text.size(); ++length) {
    cost += std::string_view("&<>\"").find(text[length]) == std::string_view::npos ? 1 : 6;
    if (cost > most_text) break;
  }
  if (length == text.size()) return text;
  text.resize(length);
  while (!text.empty() && !base::is_utf8(text)) text.pop_back();
  return text + "...";
}

/// UTF-8 on one line, without control characters (XML 1.0, section 2.2).
std::string plain_text(const std::string& text) {
  std::string plain(base::trim(text));
  for (char& letter : plain) {
    if (letter == '\n' || letter == '\t' || letter == '\r') letter = ' ';
  }
  plain = base::is_utf8(plain) ? base::escape_control(plain) : std::string();
  if (plain.empty() && !text.empty()) {  // some other encoding: keep what ASCII has of it
    for (const char letter : text) plain += letter >= ' ' && letter <= '~' ? letter : '?';
  }
  return cut(std::move(plain));
}

XMLElement& root_of(XMLDocument& document, const char* name) {
  XMLElement* root = document.NewElement(name);
  document.InsertEndChild(root);
  root->SetAttribute("version", xml_version);
  return *root;
}

XMLElement& child_of(XMLElement& parent, const char* name, const std::string& lmp, const std::string& agent) {
  XMLElement* child = parent.InsertNewChildElement(name);
  child->SetAttribute("lmp", lmp.c_str());
  child->SetAttribute("agent", agent.c_str());
  return *child;
}

void set_outcome(XMLElement& element, double seconds, const std::string& text) {
  element.SetAttribute("seconds", fmt::format("{:.3f}", std::clamp(seconds, 0.0, most_seconds)).c_str());
  if (!text.empty()) element.SetText(plain_text(text).c_str());
}

std::string printed(const XMLDocument& document) {
  tinyxml2::XMLPrinter printer(nullptr, true);
  document.Print(&printer);
  return std::string("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") + printer.CStr() + "\n";
}

/// An element whose attributes must all be known.
class Known {
 public:
  Known(const XMLElement& element, std::initializer_list<std::string_view> attributes) : element_(element) {
    for (const auto* each = element.FirstAttribute(); each != nullptr; each = each->Next()) {
      if (std::find(attributes.begin(), attributes.end(), each->Name()) == attributes.end())
        throw Error(fmt::format("unknown attribute '{}' of '{}'", base::escape_control(each->Name()),
                                element.Name()));
    }
  }

  std::string text(const char* name) const {
    const char* value = element_.Attribute(name);
    if (value == nullptr) throw Error(fmt::format("'{}' lacks '{}'", element_.Name(), name));
    if (!base::is_utf8(value)) throw Error(fmt::format("'{}' of '{}' is no UTF-8", name, element_.Name()));
    return value;
  }
  bool has(const char* name) const { return element_.Attribute(name) != nullptr; }
  std::string name(const char* attribute) const {
    std::string value = text(attribute);
    if (!base::is_name(value) || value.size() > 100)
      throw Error(fmt::format("'{}' is no name", base::escape_control(value)));
    return value;
  }
  bool yes(const char* attribute) const {
    if (!has(attribute)) return false;
    const std::string value = text(attribute);
    if (value != "yes" && value != "no") throw Error(fmt::format("'{}' is neither yes nor no", attribute));
    return value == "yes";
  }
  std::int64_t number(const char* attribute) const {
    std::int64_t value = 0;
    if (element_.QueryInt64Attribute(attribute, &value) != tinyxml2::XML_SUCCESS || value < 0)
      throw Error(fmt::format("'{}' of '{}' is no number", attribute, element_.Name()));
    return value;
  }
  double seconds() const {
    double value = 0;
    if (element_.QueryDoubleAttribute("seconds", &value) != tinyxml2::XML_SUCCESS || !std::isfinite(value) ||
        value < 0 || value > most_seconds)
      throw Error(fmt::format("'seconds' of '{}' is no time", element_.Name()));
    return value;
  }
  /// The text between its tags; no elements may stand there.
  std::string content() const {
    if (element_.FirstChildElement() != nullptr)
      throw Error(fmt::format("'{}' must hold text alone", element_.Name()));
    const std::string value = element_.GetText() == nullptr ? "" : element_.GetText();
    if (!base::is_utf8(value)) throw Error(fmt::format("the text of '{}' is no UTF-8", element_.Name()));
    return value;
  }

 private:
  const XMLElement& element_;
};

using Reader = std::function<void(const XMLElement&)>;

/// Reads a record with that root and hands its elements to `read`, which throws for unknown ones.
void read_record(std::string_view xml, const char* name, const Reader& read_root, const Reader& read) {
  XMLDocument document;
  // A document type could define entities; we write none and take none.
  if (xml.find("<!") != std::string_view::npos) throw Error("a document type or a comment in the XML");
  if (document.Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS)
    throw Error("broken XML: " + base::escape_control(document.ErrorStr()));
  const XMLElement* root = document.RootElement();
  if (root == nullptr || std::string_view(root->Name()) != name || root->NextSibling() != nullptr)
    throw Error(fmt::format("the XML is no '{}'", name));
  const char* version = root->Attribute("version");
  if (version == nullptr || std::string_view(version) != xml_version)
    throw Error(fmt::format("'{}' of version {}, but this program knows {}", name,
                            base::escape_control(version == nullptr ? "none" : version), xml_version));
  read_root(*root);
  for (const auto* child = root->FirstChild(); child != nullptr; child = child->NextSibling()) {
    if (child->ToElement() == nullptr) throw Error(fmt::format("text between the elements of '{}'", name));
    read(*child->ToElement());
  }
}

AgentFinding finding_of(const XMLElement& element) {
  const Known known(element, {"lmp", "agent", "verdict", "seconds", "recovers"});
  return {.lmp = known.name("lmp"),
          .agent = known.name("agent"),
          .verdict = verdict_from_string(known.text("verdict")),
          .text = known.content(),
          .seconds = known.seconds(),
          .recovers = known.yes("recovers")};
}

RecoveryOutcome recovery_of(const XMLElement& element) {
  const Known known(element, {"lmp", "agent", "done", "seconds"});
  return {.lmp = known.name("lmp"),
          .agent = known.name("agent"),
          .done = known.yes("done"),
          .text = known.content(),
          .seconds = known.seconds()};
}

[[noreturn]] void unknown(const XMLElement& element) {
  throw Error(fmt::format("unknown element '{}'", base::escape_control(element.Name())));
}

}  // namespace

std::string to_xml(const AgentReport& report) {
  XMLDocument document;
  XMLElement& root = root_of(document, "report");
  root.SetAttribute("host", report.host.c_str());
  root.SetAttribute("number", report.number);
  root.SetAttribute("round", report.round);
  if (report.last) root.SetAttribute("last", "yes");
  for (const RecoveryOutcome& each : report.recoveries) {
    XMLElement& element = child_of(root, "recovery", each.lmp, each.agent);
    element.SetAttribute("done", each.done ? "yes" : "no");
    set_outcome(element, each.seconds, each.text);
  }
  for (const AgentFinding& each : report.findings) {
    XMLElement& element = child_of(root, "finding", each.lmp, each.agent);
    element.SetAttribute("verdict", to_string(each.verdict).c_str());
    if (each.recovers) element.SetAttribute("recovers", "yes");
    set_outcome(element, each.seconds, each.text);
  }
  return printed(document);
}

std::string to_xml(const AgentAnswer& answer) {
  XMLDocument document;
  XMLElement& root = root_of(document, "answer");
  root.SetAttribute("number", answer.number);
  if (!answer.refusal.empty()) root.SetAttribute("refusal", plain_text(answer.refusal).c_str());
  for (const RecoveryOrder& each : answer.orders) child_of(root, "recover", each.lmp, each.agent);
  return printed(document);
}

AgentReport agent_report_from_xml(std::string_view xml) {
  AgentReport report;
  const auto read_root = [&](const XMLElement& root) {
    const Known known(root, {"version", "host", "number", "round", "last"});
    report.host = known.name("host");
    report.number = known.number("number");
    report.round = known.number("round");
    report.last = known.yes("last");
  };
  read_record(xml, "report", read_root, [&](const XMLElement& element) {
    const std::string_view name = element.Name();
    if (name == "finding") return report.findings.push_back(finding_of(element));
    if (name == "recovery") return report.recoveries.push_back(recovery_of(element));
    unknown(element);
  });
  return report;
}

AgentAnswer agent_answer_from_xml(std::string_view xml) {
  AgentAnswer answer;
  const auto read_root = [&](const XMLElement& root) {
    const Known known(root, {"version", "number", "refusal"});
    answer.number = known.number("number");
    if (known.has("refusal")) answer.refusal = known.text("refusal");
  };
  read_record(xml, "answer", read_root, [&](const XMLElement& element) {
    if (std::string_view(element.Name()) != "recover") unknown(element);
    const Known known(element, {"lmp", "agent"});
    answer.orders.push_back({known.name("lmp"), known.name("agent")});
  });
  return answer;
}

}  // namespace lucie::wire
