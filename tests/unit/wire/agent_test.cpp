#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "wire/agent_report.hpp"
#include "wire/agent_settings.hpp"
#include "wire/sealed.hpp"

using namespace lucie::wire;

namespace {

const std::string key(64, 'a');

template <typename Read>
std::string refusal(const Read& read) {
  try {
    read();
  } catch (const lucie::Error& error) {
    return error.what();
  }
  return "taken";
}

std::string report_refusal(const std::string& xml) {
  return refusal([&] { agent_report_from_xml(xml); });
}

std::string settings_refusal(const std::string& text) {
  return refusal([&] { agent_settings_from_text(text, "agent.conf"); });
}

AgentReport sample() {
  return {.host = "cnode00",
          .number = 1795406701000000,
          .round = 1795406700000000,
          .last = true,
          .findings = {{"ssh", "sshd", Verdict::failure, "nothing & <nobody> answers", 0.25, true},
                       {"base", "disk-space", Verdict::ok, "", 0, false}},
          .recoveries = {{"ssh", "sshd", true, "started", 1.5}}};
}

}  // namespace

class AgentTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AgentTest);
  CPPUNIT_TEST(a_report_is_this_xml);
  CPPUNIT_TEST(a_report_comes_back);
  CPPUNIT_TEST(texts_are_made_fit_for_xml);
  CPPUNIT_TEST(strange_reports_are_refused);
  CPPUNIT_TEST(an_answer_comes_back);
  CPPUNIT_TEST(long_reports_are_split);
  CPPUNIT_TEST(a_datagram_comes_back);
  CPPUNIT_TEST(changed_datagrams_are_not_genuine);
  CPPUNIT_TEST(strange_datagrams_are_refused);
  CPPUNIT_TEST(settings_come_back);
  CPPUNIT_TEST(wrong_settings_are_told_with_their_line);
  CPPUNIT_TEST_SUITE_END();

 public:
  void a_report_is_this_xml() {
    CPPUNIT_ASSERT_EQUAL(
        std::string(R"(<?xml version="1.0" encoding="UTF-8"?>
<report version="1" host="cnode00" number="1795406701000000" round="1795406700000000" last="yes">)"
                    R"(<recovery lmp="ssh" agent="sshd" done="yes" seconds="1.500">started</recovery>)"
                    R"(<finding lmp="ssh" agent="sshd" verdict="failure" recovers="yes" seconds="0.250">)"
                    R"(nothing &amp; &lt;nobody&gt; answers</finding>)"
                    R"(<finding lmp="base" agent="disk-space" verdict="ok" seconds="0.000"/></report>)"
                    "\n"),
        to_xml(sample()));
  }

  void a_report_comes_back() {
    const AgentReport report = agent_report_from_xml(to_xml(sample()));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), report.host);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1795406701000000}, report.number);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1795406700000000}, report.round);
    CPPUNIT_ASSERT(report.last);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, report.findings.size());
    CPPUNIT_ASSERT_EQUAL(std::string("nothing & <nobody> answers"), report.findings[0].text);
    CPPUNIT_ASSERT(report.findings[0].verdict == Verdict::failure);
    CPPUNIT_ASSERT(report.findings[0].recovers && !report.findings[1].recovers);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.25, report.findings[0].seconds, 1e-9);
    CPPUNIT_ASSERT(report.recoveries.at(0).done);
    CPPUNIT_ASSERT_EQUAL(std::string("started"), report.recoveries[0].text);
  }

  void texts_are_made_fit_for_xml() {
    AgentReport report = sample();
    const auto sent = [&](const std::string& text) {
      report.findings[0].text = text;
      return agent_report_from_xml(to_xml(report)).findings[0].text;
    };
    CPPUNIT_ASSERT_EQUAL(std::string("one two"), sent("one\ntwo\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("a\\x1b[31mb"), sent("a\x1b[31mb"));
    CPPUNIT_ASSERT_EQUAL(std::string("gr??n"), sent("gr\xfc\xdfn"));
    CPPUNIT_ASSERT_EQUAL(std::string("grün"), sent("grün"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{703}, sent(std::string(5000, 'x')).size());
    CPPUNIT_ASSERT(sent(std::string(5000, '&')).size() < 130);
  }

  void strange_reports_are_refused() {
    const std::string head = R"(<report version="1" host="n" number="1" round="1")";
    CPPUNIT_ASSERT_EQUAL(std::string("taken"), report_refusal(head + "/>"));
    CPPUNIT_ASSERT(report_refusal("<report version=").starts_with("broken XML"));
    CPPUNIT_ASSERT(report_refusal("").starts_with("broken XML"));
    CPPUNIT_ASSERT_EQUAL(std::string("the XML is no 'report'"), report_refusal("<answer version=\"1\"/>"));
    CPPUNIT_ASSERT_EQUAL(std::string("the XML is no 'report'"), report_refusal(head + "/><report/>"));
    CPPUNIT_ASSERT_EQUAL(std::string("'report' of version 2, but this program knows 1"),
                         report_refusal(R"(<report version="2"/>)"));
    CPPUNIT_ASSERT_EQUAL(std::string("unknown attribute 'evil' of 'report'"),
                         report_refusal(head + R"( evil="1"/>)"));
    CPPUNIT_ASSERT_EQUAL(std::string("unknown element 'evil'"), report_refusal(head + "><evil/></report>"));
    CPPUNIT_ASSERT_EQUAL(std::string("text between the elements of 'report'"),
                         report_refusal(head + ">evil</report>"));
    CPPUNIT_ASSERT_EQUAL(std::string("'number' of 'report' is no number"),
                         report_refusal(R"(<report version="1" host="n" number="-1" round="1"/>)"));
    CPPUNIT_ASSERT_EQUAL(
        std::string("'../evil' is no name"),
        report_refusal(head + R"(><finding lmp="../evil" agent="a" verdict="ok" seconds="1"/></report>)"));
    CPPUNIT_ASSERT_EQUAL(
        std::string("'fine' is no verdict of an agent"),
        report_refusal(head + R"(><finding lmp="a" agent="a" verdict="fine" seconds="1"/></report>)"));
    CPPUNIT_ASSERT_EQUAL(
        std::string("'seconds' of 'finding' is no time"),
        report_refusal(head + R"(><finding lmp="a" agent="a" verdict="ok" seconds="nan"/></report>)"));
    CPPUNIT_ASSERT_EQUAL(std::string("a document type or a comment in the XML"),
                         report_refusal("<!DOCTYPE x>" + head + "/>"));
  }

  void an_answer_comes_back() {
    const std::string xml = to_xml(AgentAnswer{.number = 7, .refusal = "old", .orders = {{"ssh", "sshd"}}});
    CPPUNIT_ASSERT_EQUAL(std::string(R"(<?xml version="1.0" encoding="UTF-8"?>
<answer version="1" number="7" refusal="old"><recover lmp="ssh" agent="sshd"/></answer>
)"),
                         xml);
    const AgentAnswer answer = agent_answer_from_xml(xml);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, answer.number);
    CPPUNIT_ASSERT_EQUAL(std::string("old"), answer.refusal);
    CPPUNIT_ASSERT_EQUAL(std::string("sshd"), answer.orders.at(0).agent);
  }

  void long_reports_are_split() {
    AgentReport report{.host = std::string(63, 'h'), .number = 1795406701000000, .round = 1795406701000000};
    report.last = true;
    for (int agent = 0; agent < 9; ++agent)
      report.findings.push_back({std::string(100, 'l'), fmt_name(agent), Verdict::failure,
                                 std::string(4000, agent % 2 == 0 ? '&' : 'x'), 12345.678, true});
    const auto parts = split_report(report, most_datagram - 200);
    CPPUNIT_ASSERT(parts.size() >= 9);
    std::size_t findings = 0;
    for (const AgentReport& part : parts) {
      const std::string datagram = seal("report", part.host, key, to_xml(part));
      CPPUNIT_ASSERT(datagram.size() <= most_datagram);
      CPPUNIT_ASSERT_EQUAL(&part == &parts.back(), part.last);
      findings += part.findings.size();
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{9}, findings);
    report.findings.clear();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, split_report(report, most_datagram).size());
  }

  void a_datagram_comes_back() {
    const std::string datagram = seal("report", "cnode00", key, "<content>\n");
    const Sealed sealed = unseal(datagram);
    CPPUNIT_ASSERT_EQUAL(std::string("report"), sealed.kind);
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), sealed.host);
    CPPUNIT_ASSERT_EQUAL(std::string("<content>\n"), sealed.content);
    CPPUNIT_ASSERT(is_genuine(sealed, key));
  }

  void changed_datagrams_are_not_genuine() {
    const Sealed sealed = unseal(seal("report", "cnode00", key, "content"));
    const auto changed = [&](std::string Sealed::*part, const std::string& value) {
      Sealed other = sealed;
      other.*part = value;
      return is_genuine(other, key);
    };
    CPPUNIT_ASSERT(!changed(&Sealed::content, "Content"));
    CPPUNIT_ASSERT(!changed(&Sealed::host, "cnode01"));
    CPPUNIT_ASSERT(!changed(&Sealed::kind, "answer"));
    CPPUNIT_ASSERT(!changed(&Sealed::mac, ""));
    CPPUNIT_ASSERT(!is_genuine(sealed, std::string(64, 'b')));
  }

  void strange_datagrams_are_refused() {
    const auto why = [](const std::string& datagram) { return refusal([&] { unseal(datagram); }); };
    CPPUNIT_ASSERT_EQUAL(std::string("a datagram of more than 1472 bytes"), why(std::string(1473, 'x')));
    CPPUNIT_ASSERT_EQUAL(std::string("no datagram of an agent"), why(""));
    CPPUNIT_ASSERT_EQUAL(std::string("no datagram of an agent"), why("lucie-agent/1 report cnode00\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("no datagram of an agent"), why("GET / HTTP/1.1 x\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("version '2' of the agents' protocol, but this program knows 1"),
                         why("lucie-agent/2 report cnode00 00\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("a datagram of an agent without a host's name"),
                         why("lucie-agent/1 report ../x 00\n"));
  }

  void settings_come_back() {
    const AgentSettings settings{
        .host = "cnode00", .source = "10.0.0.1", .agent = {"239.192.76.67", 8082, "10.0.0.254", 300, key}};
    const AgentSettings back = agent_settings_from_text(to_text(settings), "agent.conf");
    CPPUNIT_ASSERT_EQUAL(to_text(settings), to_text(back));
    CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.254"), back.agent.server);
    CPPUNIT_ASSERT_EQUAL(300, back.agent.interval);
  }

  void wrong_settings_are_told_with_their_line() {
    CPPUNIT_ASSERT_EQUAL(std::string("'host' is missing"), settings_refusal("# nothing\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("unknown key 'hots'"), settings_refusal("hots x\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("'host' stands twice"), settings_refusal("host x\nhost y\n"));
    const std::string rest = "host x\naddress 239.192.76.67\nport 8082\n";
    CPPUNIT_ASSERT_EQUAL(std::string("'5' is no number from 60 to 1000000"),
                         settings_refusal(rest + "interval 5\nkey " + key + "\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("the key is too short"),
                         settings_refusal(rest + "interval 60\nkey aabb\n"));
    try {
      agent_settings_from_text(rest + "interval 60\nkey zz\n", "agent.conf");
      CPPUNIT_FAIL("taken");
    } catch (const lucie::Error& error) {
      CPPUNIT_ASSERT_EQUAL(5, error.fault().where.line);
    }
  }

 private:
  static std::string fmt_name(int number) { return "agent" + std::string(94, 'a') + std::to_string(number); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgentTest);
