#include "daemon/agents.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/text.hpp"
#include "daemon/agent_listener.hpp"
#include "daemon/teller.hpp"
#include "sample.hpp"
#include "wire/sealed.hpp"

using namespace lucie;
using namespace lucie::daemon;
using std::string;

/// What lucied makes of datagrams that nodes' agents (or others) send.
class AgentsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AgentsTest);
  CPPUNIT_TEST(a_report_is_recorded_and_answered);
  CPPUNIT_TEST(a_verdict_is_an_event_only_when_it_changes);
  CPPUNIT_TEST(a_lost_answer_is_given_again);
  CPPUNIT_TEST(forged_reports_count_for_nothing);
  CPPUNIT_TEST(an_old_report_is_not_taken_again);
  CPPUNIT_TEST(a_report_with_a_wrong_clock_is_refused_with_the_reason);
  CPPUNIT_TEST(a_watch_orders_the_recovery);
  CPPUNIT_TEST(an_order_that_got_lost_is_given_again);
  CPPUNIT_TEST(a_watch_waits_and_repeats);
  CPPUNIT_TEST(a_watch_tells_what_is_over);
  CPPUNIT_TEST(a_watch_is_about_its_hosts_and_agents);
  CPPUNIT_TEST(silent_nodes_are_told);
  CPPUNIT_TEST(nodes_being_installed_are_not_silent);
  CPPUNIT_TEST(agents_that_are_gone_are_forgotten);
  CPPUNIT_TEST(health_is_the_worst_verdict);
  CPPUNIT_TEST(mail_names_all_of_it);
  CPPUNIT_TEST(groups_are_joined_where_nodes_are);
  CPPUNIT_TEST_SUITE_END();

  Sample sample_;
  base::SystemTime now_ = base::parse_time("2026-11-23T04:00:00Z");
  std::unique_ptr<Store> store_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Snapshot> snapshot_;
  std::unique_ptr<Agents> agents_;
  std::vector<Telling> told_;
  std::vector<string> log_;

 public:
  void setUp() override {
    store_ = std::make_unique<Store>(sample_.state() / "lucied.db", [this] { return now_; });
    secrets_ = std::make_unique<Secrets>(sample_.state());
    start({});
  }

  void a_report_is_recorded_and_answered() {
    const wire::AgentAnswer answer = report(wire::Verdict::failure, "no sshd");
    CPPUNIT_ASSERT_EQUAL(number(), answer.number);
    CPPUNIT_ASSERT_EQUAL(string(), answer.refusal);
    CPPUNIT_ASSERT(answer.orders.empty());
    CPPUNIT_ASSERT_EQUAL(string("agent_failure ssh/sshd no sshd"), events());
    const auto status = agent_statuses(*store_, {"cnode00"}).at(0);
    CPPUNIT_ASSERT_EQUAL(string("no sshd"), status.text);
    CPPUNIT_ASSERT_EQUAL(string("2026-11-23T04:00:00Z"), status.since);
  }

  void a_verdict_is_an_event_only_when_it_changes() {
    for (const auto verdict : {wire::Verdict::ok, wire::Verdict::ok, wire::Verdict::warning,
                               wire::Verdict::warning, wire::Verdict::ok}) {
      report(verdict, "x");
      now_ += std::chrono::minutes(5);
    }
    CPPUNIT_ASSERT_EQUAL(string("agent_ok ssh/sshd x, agent_warning ssh/sshd x, agent_ok ssh/sshd x"),
                         events());
    const auto status = agent_statuses(*store_, {}).at(0);
    CPPUNIT_ASSERT_EQUAL(string("2026-11-23T04:20:00Z"), status.since);
  }

  void a_lost_answer_is_given_again() {
    watch({.recover = true});
    const string datagram = sealed(finding(wire::Verdict::failure, "x"));
    const string answer = receive(datagram);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, open(answer).orders.size());
    CPPUNIT_ASSERT_EQUAL(answer, receive(datagram));
    CPPUNIT_ASSERT_EQUAL(string("agent_failure ssh/sshd x, recovery_ordered ssh/sshd watch w"), events());
  }

  void forged_reports_count_for_nothing() {
    const auto good = finding(wire::Verdict::ok, "x");
    const string xml = wire::to_xml(good), key = secrets_->node_key("cnode00");
    CPPUNIT_ASSERT_EQUAL(string(),
                         receive(wire::seal("report", "cnode00", secrets_->node_key("cnode01"), xml)));
    CPPUNIT_ASSERT_EQUAL(string(),
                         receive(wire::seal("report", "nobody", secrets_->node_key("nobody"), xml)));
    CPPUNIT_ASSERT_EQUAL(string(), receive(wire::seal("answer", "cnode00", key, xml)));
    CPPUNIT_ASSERT_EQUAL(string(),
                         receive(wire::seal("report", "cnode01", secrets_->node_key("cnode01"), xml),
                                 "192.168.10.2"));  // about cnode00
    CPPUNIT_ASSERT_EQUAL(string(), receive(wire::seal("report", "cnode00", key, xml), "192.168.10.2"));
    CPPUNIT_ASSERT_EQUAL(string(), receive(wire::seal("report", "cnode00", key, "<report>")));
    CPPUNIT_ASSERT_EQUAL(string(), receive("hello"));
    CPPUNIT_ASSERT_EQUAL(string(), receive(string(2000, 'x')));
    CPPUNIT_ASSERT_EQUAL(string(), events());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, log_.size());  // a flood does not fill it
    CPPUNIT_ASSERT_EQUAL(
        string("refused what agents of 192.168.10.1 tell: it is not sealed with the key of cnode00"),
        log_[0]);
    CPPUNIT_ASSERT(!receive(wire::seal("report", "cnode00", key, xml)).empty());
  }

  void an_old_report_is_not_taken_again() {
    const string old = sealed(finding(wire::Verdict::failure, "x"));
    receive(old);
    now_ += std::chrono::seconds(1);
    report(wire::Verdict::ok, "y");
    CPPUNIT_ASSERT_EQUAL(string(), receive(old));
    CPPUNIT_ASSERT_EQUAL(string("agent_failure ssh/sshd x, agent_ok ssh/sshd y"), events());
    start({});  // nor by a lucied that was started again
    CPPUNIT_ASSERT_EQUAL(string(), receive(old));
  }

  void a_report_with_a_wrong_clock_is_refused_with_the_reason() {
    const string datagram = sealed(finding(wire::Verdict::ok, "x"));
    now_ += std::chrono::hours(2);
    CPPUNIT_ASSERT_EQUAL(string("the node's clock is 120 min 0 s behind the server's"),
                         open(receive(datagram)).refusal);
    now_ -= std::chrono::hours(3);
    CPPUNIT_ASSERT_EQUAL(string("the node's clock is 60 min 0 s ahead of the server's"),
                         open(receive(datagram)).refusal);
    CPPUNIT_ASSERT_EQUAL(string(), events());
  }

  void a_watch_orders_the_recovery() {
    watch({.recover = true});
    CPPUNIT_ASSERT(report(wire::Verdict::warning, "x").orders.empty());
    now_ += std::chrono::minutes(5);
    const auto orders = report(wire::Verdict::failure, "x").orders;
    CPPUNIT_ASSERT_EQUAL(string("ssh/sshd"), orders.at(0).lmp + "/" + orders.at(0).agent);
    CPPUNIT_ASSERT(told_.empty());
    now_ += std::chrono::seconds(5);
    auto outcome = finding(wire::Verdict::ok, "up");
    outcome.recoveries = {{"ssh", "sshd", true, "started", 1}};
    receive(sealed(outcome));
    CPPUNIT_ASSERT_EQUAL(string("agent_warning ssh/sshd x, agent_failure ssh/sshd x, "
                                "recovery_ordered ssh/sshd watch w, recovery_done ssh/sshd started, "
                                "agent_ok ssh/sshd up"),
                         events());
  }

  void an_order_that_got_lost_is_given_again() {
    watch({.recover = true});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report(wire::Verdict::failure, "x").orders.size());
    now_ += std::chrono::minutes(5);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report(wire::Verdict::failure, "x").orders.size());
    now_ += std::chrono::seconds(5);
    auto outcome = finding(wire::Verdict::failure, "x");
    outcome.recoveries = {{"ssh", "sshd", false, "no way", 1}};
    CPPUNIT_ASSERT(open(receive(sealed(outcome))).orders.empty());
    now_ += std::chrono::minutes(5);
    CPPUNIT_ASSERT(report(wire::Verdict::failure, "x").orders.empty());
    CPPUNIT_ASSERT_EQUAL(
        string(
            "agent_failure ssh/sshd x, recovery_ordered ssh/sshd watch w, recovery_failed ssh/sshd no way"),
        events());
  }

  void a_watch_waits_and_repeats() {
    watch({.after = 2, .mail = {"root"}, .repeat = std::chrono::minutes(30)});
    string when;
    for (int minute = 0; minute < 60; minute += 5) {
      const std::size_t before = told_.size();
      report(wire::Verdict::failure, "x");
      if (told_.size() > before) when += std::to_string(minute) + " ";
      now_ += std::chrono::minutes(5);
      if (minute == 20) start(sample_.compiled.cluster.watches);  // lucied is started again
    }
    CPPUNIT_ASSERT_EQUAL(string("5 35 "), when);
    CPPUNIT_ASSERT_EQUAL(string("failure"), told_.at(0).state);
  }

  void a_watch_tells_what_is_over() {
    watch({.on = {"warning", "failure"}, .command = "true"});
    report(wire::Verdict::ok, "fine");
    step(wire::Verdict::warning);
    step(wire::Verdict::failure);  // worse: told at once
    step(wire::Verdict::failure);
    step(wire::Verdict::ok);
    step(wire::Verdict::ok);
    string states;
    for (const Telling& telling : told_) states += telling.state + " ";
    CPPUNIT_ASSERT_EQUAL(string("warning failure ok "), states);
    CPPUNIT_ASSERT_EQUAL(string("cnode00 ssh/sshd"), told_[0].node + " " + told_[0].agent);
  }

  void a_watch_is_about_its_hosts_and_agents() {
    watch({.members = {"cnode01"}, .mail = {"root"}});
    report(wire::Verdict::failure, "x");
    watch({.agents = {"base/*"}, .mail = {"root"}});
    step(wire::Verdict::failure);
    CPPUNIT_ASSERT(told_.empty());
    watch({.agents = {"base/*", "s*/sshd"}, .mail = {"root"}});
    step(wire::Verdict::failure);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, told_.size());
  }

  void silent_nodes_are_told() {
    watch({.on = {"silence"}, .after = 2, .command = "true"});
    report(wire::Verdict::ok, "x");
    look_after(15);  // cnode00 told something at the beginning, the others never
    CPPUNIT_ASSERT_EQUAL(
        string("agent_ok ssh/sshd x, agent_silent its agents have told nothing for 15 min 0 s"), events());
    CPPUNIT_ASSERT(told_.empty());
    look_after(5);
    look_after(10);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, told_.size());
    CPPUNIT_ASSERT_EQUAL(string("silent"), told_[0].state);
    CPPUNIT_ASSERT_EQUAL(string("silent"), health().health);
    start(sample_.compiled.cluster.watches);
    report(wire::Verdict::ok, "x");
    CPPUNIT_ASSERT_EQUAL(string("ok"), told_.at(1).state);
    CPPUNIT_ASSERT_EQUAL(string("ok"), health().health);
    CPPUNIT_ASSERT(events().ends_with("agent_heard its agents tell again what they find"));
    look_after(14);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, told_.size());
  }

  void nodes_being_installed_are_not_silent() {
    report(wire::Verdict::ok, "x");
    store_->arm({"cnode00"}, "");
    look_after(60);
    CPPUNIT_ASSERT(events().find("agent_silent") == string::npos);
  }

  void agents_that_are_gone_are_forgotten() {
    const auto tell = [&](std::vector<string> names) {
      wire::AgentReport round{.host = "cnode00", .number = number(), .round = number(), .last = true};
      for (const string& name : names) round.findings.push_back({.lmp = "ssh", .agent = name});
      receive(sealed(round));
      now_ += std::chrono::minutes(5);
      return agent_statuses(*store_, {"cnode00"}).size();
    };
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, tell({"one", "two"}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, tell({"one"}));  // its datagram may have been lost
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, tell({"one"}));
  }

  void health_is_the_worst_verdict() {
    CPPUNIT_ASSERT_EQUAL(string(), health().health);
    auto both = finding(wire::Verdict::warning, "slow");
    both.findings.push_back({.lmp = "base", .agent = "disk-space", .text = "fine"});
    receive(sealed(both));
    CPPUNIT_ASSERT_EQUAL(string("warning ssh/sshd: slow"), health().health + " " + health().health_text);
  }

  void mail_names_all_of_it() {
    const config::Watch about{.name = "w", .mail = {"root", "a@example.org"}};
    CPPUNIT_ASSERT_EQUAL(
        string("To: root, a@example.org\nSubject: [lucie] cnode00 ssh/sshd: failure and 1 more\n"
               "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
               "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
               "cnode00 ssh/sshd: failure\n  no\\x1b sshd\ncnode01: silent\n  nothing\n\n"
               "The watch 'w' asks for this mail. 'lucie agents' shows what holds now.\n"),
        mail_about({{about, "cnode00", "ssh/sshd", "failure", "no\x1b sshd"},
                    {about, "cnode01", "", "silent", "nothing"}}));
  }

  void groups_are_joined_where_nodes_are() {
    config::Cluster cluster = sample_.compiled.cluster;
    const auto joins = groups_to_join(cluster, {"127.0.0.1", "192.168.10.253", "10.0.0.1"});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, joins.size());
    CPPUNIT_ASSERT_EQUAL(string("239.192.76.67 192.168.10.253"), joins[0].first + " " + joins[0].second);
    cluster.lucie_groups[0].lucie_address = "10.0.0.1";
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, groups_to_join(cluster, {"192.168.10.9", "10.0.0.1"}).size());
  }

 private:
  /// A lucied that begins now, with these watches.
  void start(std::vector<config::Watch> watches) {
    sample_.compiled.cluster.watches = std::move(watches);
    snapshot_ = std::make_unique<Snapshot>(sample_.compiled, sample_.state());
    const auto tell = [this](std::vector<Telling> all) { told_.insert(told_.end(), all.begin(), all.end()); };
    agents_ = std::make_unique<Agents>(
        *store_, *secrets_, tell, [this](const string& line) { log_.push_back(line); }, now_);
  }
  void watch(config::Watch watch) {
    if (watch.name.empty()) watch.name = "w";
    if (watch.members.empty()) watch.members = {"cnode00"};
    if (watch.agents.empty()) watch.agents = {"*/*"};
    if (watch.on.empty()) watch.on = {"failure"};
    start({watch});
  }

  std::int64_t number() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count();
  }
  wire::AgentReport finding(wire::Verdict verdict, const string& text) const {
    return {
        .host = "cnode00",
        .number = number(),
        .findings = {{.lmp = "ssh", .agent = "sshd", .verdict = verdict, .text = text, .recovers = true}}};
  }
  string sealed(const wire::AgentReport& report) const {
    return wire::seal("report", report.host, secrets_->node_key(report.host), wire::to_xml(report));
  }
  string receive(const string& datagram, const string& peer = "192.168.10.1") {
    return agents_->receive(*snapshot_, datagram, peer, now_);
  }
  wire::AgentAnswer open(const string& datagram) const {
    const wire::Sealed sealed = wire::unseal(datagram);
    CPPUNIT_ASSERT(sealed.kind == "answer" && wire::is_genuine(sealed, secrets_->node_key("cnode00")));
    return wire::agent_answer_from_xml(sealed.content);
  }
  wire::AgentAnswer report(wire::Verdict verdict, const string& text) {
    return open(receive(sealed(finding(verdict, text))));
  }
  void step(wire::Verdict verdict) {
    now_ += std::chrono::minutes(5);
    report(verdict, "x");
  }
  void look_after(int minutes) {
    now_ += std::chrono::minutes(minutes);
    agents_->find_silent(*snapshot_, now_);
  }
  string events() const {
    std::vector<string> lines;
    for (const auto& event : store_->events(0, {"cnode00"}))
      lines.push_back(event.kind + (event.module.empty() ? "" : " " + event.module) +
                      (event.message.empty() ? "" : " " + event.message));
    return base::join(lines, ", ");
  }
  wire::NodeStatus health() const {
    std::vector<wire::NodeStatus> nodes = {{.name = "cnode00"}};
    add_health(nodes, *store_);
    return nodes[0];
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgentsTest);
