#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <thread>

#include "agent/agents.hpp"
#include "agent/due.hpp"
#include "agent/telling.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "wire/sealed.hpp"

using namespace lucie;
using namespace lucie::agent;
using std::string;
namespace fs = std::filesystem;

namespace {

const string key(64, 'a');

/// A lucied that answers each report as it is told to.
class Answering {
 public:
  using Answer = std::function<std::vector<string>(const wire::AgentReport&)>;
  explicit Answering(Answer answer) : answer_(std::move(answer)), thread_([this] { work(); }) {}
  ~Answering() {
    ending_ = true;
    thread_.join();
  }
  std::uint16_t port() const { return socket_.port(); }
  static string seal(const wire::AgentAnswer& answer, const string& with = key) {
    return wire::seal("answer", "cnode00", with, wire::to_xml(answer));
  }

  std::vector<wire::AgentReport> reports;

 private:
  void work() {
    while (!ending_) {
      const auto datagram = socket_.receive(std::chrono::milliseconds(20), wire::most_datagram);
      if (!datagram) continue;
      const auto sealed = wire::unseal(datagram->bytes);
      if (!wire::is_genuine(sealed, key)) continue;
      reports.push_back(wire::agent_report_from_xml(sealed.content));
      for (const string& bytes : answer_(reports.back()))
        socket_.send(bytes, datagram->address, datagram->port);
    }
  }

  Answer answer_;
  net::DatagramSocket socket_{"127.0.0.1"};
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace

class AgentTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AgentTest);
  CPPUNIT_TEST(agents_are_found_with_their_recoveries);
  CPPUNIT_TEST(patterns_choose_agents);
  CPPUNIT_TEST(verdicts_are_exit_statuses);
  CPPUNIT_TEST(agents_that_misbehave_are_failures);
  CPPUNIT_TEST(recoveries_run_beside_their_agent);
  CPPUNIT_TEST(hosts_take_turns);
  CPPUNIT_TEST(orders_come_with_the_answer);
  CPPUNIT_TEST(only_genuine_answers_count);
  CPPUNIT_TEST(long_rounds_are_several_reports);
  CPPUNIT_TEST(numbers_grow_although_the_clock_goes_back);
  CPPUNIT_TEST(a_refusal_is_told);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"agent-test"};

  void write(const string& name, const string& text, unsigned mode = 0755) const {
    const fs::path file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    base::write_file(file, text, mode);
  }
  wire::AgentFinding run(const string& script) const {
    write("x/agent", "#!/bin/sh\n" + script);
    return run_agent(find_agents(folder_.path()).at(0), std::chrono::seconds(1));
  }
  wire::AgentSettings settings(const Answering& server) const {
    return {.host = "cnode00",
            .source = "127.0.0.1",
            .agent = {"127.0.0.1", server.port(), "127.0.0.1", 300, key}};
  }
  fs::path number_file() const { return folder_.path() / "state/agent.number"; }

 public:
  void agents_are_found_with_their_recoveries() {
    write("ssh/sshd", "#!/bin/sh\n# recover: systemctl restart ssh\n");
    write("ssh/keys", "#!/bin/sh\n");
    write("ssh/keys.recover", "#!/bin/sh\n");
    write("ssh/notes", "no program\n", 0644);
    write("base/disk", "#!/bin/sh\n");
    const auto agents = find_agents(folder_.path());
    string all;
    for (const Agent& agent : agents) all += agent.lmp + "/" + agent.name + " (" + agent.recovery + ") ";
    CPPUNIT_ASSERT_EQUAL(string("base/disk () ssh/keys (./keys.recover) ssh/sshd (systemctl restart ssh) "),
                         all);
    CPPUNIT_ASSERT(find_agents(folder_.path() / "none").empty());
  }

  void patterns_choose_agents() {
    const std::vector<Agent> all = {{"ssh", "sshd", {}, {}}, {"base", "disk", {}, {}}};
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, select_agents(all, {}).size());
    CPPUNIT_ASSERT_EQUAL(string("disk"), select_agents(all, {"b*/*"}).at(0).name);
    CPPUNIT_ASSERT_THROW(select_agents(all, {"ssh/sshd", "ssh/x"}), Error);
  }

  void verdicts_are_exit_statuses() {
    CPPUNIT_ASSERT(run("echo fine").verdict == wire::Verdict::ok);
    CPPUNIT_ASSERT_EQUAL(string("fine"), run("echo fine").text);
    CPPUNIT_ASSERT(run("exit 1").verdict == wire::Verdict::warning);
    const auto failure = run("echo gone >&2\nexit 2");
    CPPUNIT_ASSERT(failure.verdict == wire::Verdict::failure);
    CPPUNIT_ASSERT_EQUAL(string("gone"), failure.text);
  }

  void agents_that_misbehave_are_failures() {
    CPPUNIT_ASSERT_EQUAL(string("exit status 7: odd"), run("echo odd\nexit 7").text);
    CPPUNIT_ASSERT_EQUAL(string("killed by signal 9 (Killed)"), run("kill -9 $$").text);
    const auto slow = run("sleep 30");
    CPPUNIT_ASSERT(slow.verdict == wire::Verdict::failure && slow.seconds < 10);
    CPPUNIT_ASSERT_EQUAL(string("no end within its time limit"), slow.text);
    CPPUNIT_ASSERT(run("exec yes").text.starts_with("it printed without end: y"));
    write("x/agent", "#!/no/such/interpreter\n");
    const auto broken = run_agent(find_agents(folder_.path()).at(0), std::chrono::seconds(1));
    CPPUNIT_ASSERT(broken.verdict == wire::Verdict::failure && !broken.text.empty());
  }

  void recoveries_run_beside_their_agent() {
    write("x/agent", "#!/bin/sh\n# recover: mend it\n[ -e mended ]\n");
    write("x/mend", "#!/bin/sh\necho \"mending $1\"\n: > mended\n");
    const auto agents = find_agents(folder_.path());
    CPPUNIT_ASSERT(run_agent(agents.at(0), std::chrono::seconds(5)).verdict == wire::Verdict::warning);
    const auto recovery = run_recovery(agents.at(0), std::chrono::seconds(5));
    CPPUNIT_ASSERT_EQUAL(string("mending it"), recovery.text);
    CPPUNIT_ASSERT(recovery.done);
    CPPUNIT_ASSERT(run_agents(agents, std::chrono::seconds(5)).at(0).verdict == wire::Verdict::ok);
    const auto failed =
        run_recovery({"x", "y", folder_.path() / "x/agent", "exit 3"}, std::chrono::seconds(5));
    CPPUNIT_ASSERT(!failed.done);
    CPPUNIT_ASSERT_EQUAL(string("exit status 3"), failed.text);
  }

  void hosts_take_turns() {
    const std::chrono::system_clock::time_point start{};
    std::set<int> turns;
    for (int host = 0; host < 200; ++host) {
      const string name = "cnode" + std::to_string(host);
      int due = 0;
      for (int minute = 0; minute < 10; ++minute) {
        if (!is_due(name, std::chrono::minutes(5), start + std::chrono::minutes(minute))) continue;
        ++due;
        turns.insert(minute % 5);
      }
      CPPUNIT_ASSERT_EQUAL(2, due);
      CPPUNIT_ASSERT(is_due(name, std::chrono::minutes(1), start));
      CPPUNIT_ASSERT(delay_of(name, std::chrono::minutes(1)) < std::chrono::seconds(6));
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, turns.size());
  }

  void orders_come_with_the_answer() {
    Answering server([](const wire::AgentReport& report) {
      return std::vector{Answering::seal({.number = report.number, .orders = {{"ssh", "sshd"}}})};
    });
    const auto told = settings(server);
    const auto orders = Telling(told, number_file()).tell({.round = 1, .last = true});
    CPPUNIT_ASSERT_EQUAL(string("sshd"), orders.at(0).agent);
    CPPUNIT_ASSERT_EQUAL(string("cnode00"), server.reports.at(0).host);
    CPPUNIT_ASSERT(server.reports[0].round == server.reports[0].number && server.reports[0].last);
  }

  void only_genuine_answers_count() {
    Answering server([](const wire::AgentReport& report) {
      const wire::AgentAnswer evil{.number = report.number, .orders = {{"evil", "evil"}}};
      wire::AgentAnswer old = evil;
      old.number -= 1;
      return std::vector<string>{"",
                                 "lucie-agent/1 answer cnode00 00\n<answer/>",
                                 Answering::seal(evil, string(64, 'b')),
                                 Answering::seal(old),
                                 wire::seal("report", "cnode00", key, wire::to_xml(evil)),
                                 wire::seal("answer", "cnode01", key, wire::to_xml(evil)),
                                 Answering::seal({.number = report.number})};
    });
    const auto told = settings(server);
    CPPUNIT_ASSERT(Telling(told, number_file()).tell({}).empty());
  }

  void long_rounds_are_several_reports() {
    Answering server([](const wire::AgentReport& report) {
      return std::vector{Answering::seal({.number = report.number})};
    });
    const auto told = settings(server);
    wire::AgentReport report{.round = 1, .last = true};
    for (int agent = 0; agent < 5; ++agent)
      report.findings.push_back({.lmp = "x", .agent = "a" + std::to_string(agent), .text = string(650, 'x')});
    Telling(told, number_file()).tell(report);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, server.reports.size());
    for (std::size_t part = 0; part < 5; ++part) {
      CPPUNIT_ASSERT_EQUAL(server.reports[0].number, server.reports[part].round);
      CPPUNIT_ASSERT_EQUAL(part == 4, server.reports[part].last);
      CPPUNIT_ASSERT(part == 0 || server.reports[part].number > server.reports[part - 1].number);
    }
  }

  void numbers_grow_although_the_clock_goes_back() {
    Answering server([](const wire::AgentReport& report) {
      return std::vector{Answering::seal({.number = report.number})};
    });
    const auto told = settings(server);
    const auto now = std::chrono::system_clock::now();
    Telling(told, number_file(), [&] { return now; }).tell({});
    Telling(told, number_file(), [&] { return now - std::chrono::hours(1); }).tell({});
    CPPUNIT_ASSERT_EQUAL(server.reports.at(0).number + 1, server.reports.at(1).number);
  }

  void a_refusal_is_told() {
    Answering server([](const wire::AgentReport& report) {
      return std::vector{Answering::seal({.number = report.number, .refusal = "the clock is wrong"})};
    });
    const auto told = settings(server);
    try {
      Telling(told, number_file()).tell({});
      CPPUNIT_FAIL("taken");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(string("lucied refuses the report: the clock is wrong"), string(error.what()));
    }
    CPPUNIT_ASSERT(!fs::exists(number_file()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgentTest);
