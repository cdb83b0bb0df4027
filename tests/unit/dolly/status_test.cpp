#include "dolly/status.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "dolly/handshake.hpp"
#include "dolly/simulation/cluster.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;

class StatusTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StatusTest);
  CPPUNIT_TEST(an_answer_comes_back);
  CPPUNIT_TEST(nonsense_is_refused);
  CPPUNIT_TEST(nodes_say_how_far_they_are);
  CPPUNIT_TEST(strangers_are_told_nothing);
  CPPUNIT_TEST_SUITE_END();

  static SimulatedTransfer slow_transfer() {
    SimulatedTransfer transfer;
    transfer.nodes = 3;
    transfer.size = 10'000'000;
    transfer.link.bandwidth = 100e6;
    transfer.options.rate = 1e6;
    transfer.options.chunk_size = 1 << 20;
    transfer.options.key = "the ring's key";
    return transfer;
  }
  static NodeStatus ask(SimulatedCluster& cluster, std::size_t node, const string& key) {
    const auto network = cluster.network().of("asker");
    const string name = SimulatedCluster::name_of(node);
    return ask_for_status(*network, {0, name, name, default_port}, key, 1s);
  }

 public:
  void an_answer_comes_back() {
    const NodeStatus idle = status_from_json(to_json(NodeStatus{}));
    CPPUNIT_ASSERT(idle.state == NodeState::waiting && idle.transfer.empty());
    const NodeStatus sent{NodeState::failed,
                          "n2",
                          "abc",
                          {"data", "more"},
                          10,
                          5,
                          "n1",
                          "n3",
                          {{"n3", NodeState::gone, 4, "no sign of life"}},
                          "the disk is full"};
    CPPUNIT_ASSERT_EQUAL(
        string(R"({"state":"failed","name":"n2","transfer":"abc","files":["data","more"],"bytes":10,)"
               R"("verified":5,"from":"n1","to":"n3","behind":[{"node":"n3","state":"gone","verified":4,)"
               R"("why":"no sign of life"}],"why":"the disk is full"})"),
        to_json(sent));
    CPPUNIT_ASSERT_EQUAL(to_json(sent), to_json(status_from_json(to_json(sent))));
  }
  void nonsense_is_refused() {
    for (const char* text : {"", "[]", "{}", R"({"state": "well"})", R"({"state": "done", "transfer": "x"})",
                             R"({"state": "waiting", "why": 7})"})
      CPPUNIT_ASSERT_THROW_MESSAGE(text, status_from_json(text), ConnectionLost);
  }
  void nodes_say_how_far_they_are() {
    Simulation simulation;
    SimulatedCluster cluster(simulation, slow_transfer());
    simulation.run([&] {
      cluster.start_all();
      sleep_for(1s);
      CPPUNIT_ASSERT(ask(cluster, 1, "the ring's key").state == NodeState::waiting);
      Thread asking([&] {
        sleep_for(5s);
        const NodeStatus first = ask(cluster, 0, "the ring's key"),
                         second = ask(cluster, 1, "the ring's key");
        CPPUNIT_ASSERT_EQUAL(string("the sender n2"), first.from + " " + first.to);
        CPPUNIT_ASSERT_EQUAL(string("n1 n3"), second.from + " " + second.to);
        CPPUNIT_ASSERT_EQUAL(string("n2"), second.name);
        CPPUNIT_ASSERT(second.state == NodeState::receiving);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{10'000'000}, second.bytes);
        CPPUNIT_ASSERT(second.verified > 2'000'000 && second.verified < 6'000'000);
        CPPUNIT_ASSERT_EQUAL(string("copy"), second.files.at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second.behind.size());
        CPPUNIT_ASSERT_EQUAL(string("n3"), second.behind[0].name);
      });
      const auto reports = cluster.send();
      CPPUNIT_ASSERT(reports[2].state == NodeState::done);
      asking.join();
      cluster.end();
    });
  }
  void strangers_are_told_nothing() {
    Simulation simulation;
    SimulatedCluster cluster(simulation, slow_transfer());
    simulation.run([&] {
      cluster.start_all();
      sleep_for(1s);
      CPPUNIT_ASSERT_THROW(ask(cluster, 0, "another key"), Refused);
      cluster.end();
    });
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StatusTest);
