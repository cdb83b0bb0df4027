// When a ring starts, and how fast it may be, in simulated time.
#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/ring_order.hpp"
#include "dolly/simulation/cluster.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;

class RendezvousTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RendezvousTest);
  CPPUNIT_TEST(a_rate_is_kept);
  CPPUNIT_TEST(a_slow_rate_is_no_silence);
  CPPUNIT_TEST(nodes_that_come_late_are_waited_for);
  CPPUNIT_TEST(a_quorum_is_enough);
  CPPUNIT_TEST(the_time_is_over);
  CPPUNIT_TEST(an_order_is_followed);
  CPPUNIT_TEST(a_wrong_order_has_its_place);
  CPPUNIT_TEST_SUITE_END();

  static SimulatedTransfer transfer_of(std::size_t nodes, std::uint64_t size) {
    SimulatedTransfer transfer;
    transfer.nodes = nodes;
    transfer.size = size;
    transfer.link.bandwidth = 100e6;
    transfer.options.chunk_size = 1 << 20;
    transfer.options.linger = milliseconds(0);
    return transfer;
  }
  struct Outcome {
    std::size_t done = 0;
    double seconds = 0;  ///< until the last one had it
  };
  /// The nodes from `late` on start after `delay`, unless that is 0: then never.
  static Outcome play(const SimulatedTransfer& transfer, std::size_t late, Clock::duration delay) {
    Simulation simulation;
    SimulatedCluster cluster(simulation, transfer);
    Outcome outcome;
    simulation.run([&] {
      for (std::size_t node = 0; node < late; ++node) cluster.start(node);
      Thread starting([&] {
        if (delay == Clock::duration(0)) return;
        sleep_for(delay);
        for (std::size_t node = late; node < transfer.nodes; ++node) cluster.start(node);
      });
      cluster.send();
      cluster.end();
    });
    for (std::size_t node = 0; node < transfer.nodes; ++node) {
      const auto whole = cluster.whole_after(node);
      if (!whole) continue;
      ++outcome.done;
      outcome.seconds = std::max(outcome.seconds, std::chrono::duration<double>(*whole).count());
    }
    return outcome;
  }

  base::TemporaryDirectory folder_{"dolly-test"};
  std::vector<RingNode> nodes_ = {
      {0, "a", "1.1.1.1", 1}, {1, "b2", "2", 2}, {2, "c", "3", 3}, {3, "b1", "4", 4}};
  string ordered(const string& text) {
    base::write_file(folder_.path() / "order", text);
    string names;
    for (const RingNode& node : in_order_of(folder_.path() / "order", nodes_))
      names += std::to_string(node.id) + node.name + " ";
    return names;
  }
  string fault(const string& text) {
    try {
      ordered(text);
    } catch (const Error& error) {
      const string what = error.what();
      return what.substr(what.find("order:") + 6);
    }
    return "none";
  }

 public:
  void a_rate_is_kept() {
    SimulatedTransfer transfer = transfer_of(3, 20'000'000);
    const double free = play(transfer, 3, 0s).seconds;
    CPPUNIT_ASSERT(free < 1);
    transfer.options.rate = 2e6;
    const Outcome slow = play(transfer, 3, 0s);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, slow.done);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(10.0, slow.seconds, 0.5);
  }
  /// A block takes longer than a node may be silent.
  void a_slow_rate_is_no_silence() {
    SimulatedTransfer transfer = transfer_of(2, 500'000);
    transfer.options.rate = 20e3;
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, play(transfer, 2, 0s).done);
  }
  void nodes_that_come_late_are_waited_for() {
    SimulatedTransfer transfer = transfer_of(4, 1'000'000);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, play(transfer, 2, 20s).done);
    transfer.options.wait = 60s;
    const Outcome outcome = play(transfer, 2, 20s);
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, outcome.done);
    CPPUNIT_ASSERT(outcome.seconds < 25);
  }
  void a_quorum_is_enough() {
    SimulatedTransfer transfer = transfer_of(4, 1'000'000);
    transfer.options.wait = 600s;
    transfer.options.quorum = 3;
    const Outcome outcome = play(transfer, 3, 0s);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, outcome.done);
    CPPUNIT_ASSERT(outcome.seconds < 5);
  }
  void the_time_is_over() {
    SimulatedTransfer transfer = transfer_of(4, 1'000'000);
    transfer.options.wait = 30s;
    const Outcome outcome = play(transfer, 1, 0s);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, outcome.done);
    CPPUNIT_ASSERT(outcome.seconds > 30 && outcome.seconds < 35);
  }
  void an_order_is_followed() {
    CPPUNIT_ASSERT_EQUAL(string("0c 1b1 2b2 3a "),
                         ordered("# first rack\nc\nb[1-9], unknown  # the second\n\n"));
    CPPUNIT_ASSERT_EQUAL(string("0a 1b2 2c 3b1 "), ordered(""));
  }
  void a_wrong_order_has_its_place() {
    CPPUNIT_ASSERT_EQUAL(string("2: 'a' is named already"), fault("a\nb,a\n"));
    CPPUNIT_ASSERT(fault("a\n\nn[9-1]\n").starts_with("3: "));
    CPPUNIT_ASSERT_THROW(in_order_of(folder_.path() / "missing", nodes_), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RendezvousTest);
