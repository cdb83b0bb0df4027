#include "dolly/simulation/simulation.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "dolly/simulation/cluster.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;

class SimulationTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SimulationTest);
  CPPUNIT_TEST(time_passes_only_in_waits);
  CPPUNIT_TEST(threads_take_turns);
  CPPUNIT_TEST(a_stopped_group_runs_later);
  CPPUNIT_TEST(each_thread_has_its_own_exceptions);
  CPPUNIT_TEST(waiting_for_ever_is_a_fault);
  CPPUNIT_TEST(the_wire_takes_its_time);
  CPPUNIT_TEST_SUITE_END();

  Simulation simulation_;

  double seconds() const { return std::chrono::duration<double>(simulation_.elapsed()).count(); }

 public:
  void time_passes_only_in_waits() {
    const auto begun = std::chrono::steady_clock::now();
    simulation_.run([&] {
      sleep_for(10h);
      CPPUNIT_ASSERT_DOUBLES_EQUAL(36000, seconds(), 1e-9);
      Mutex mutex;
      Condition never;
      std::unique_lock lock(mutex);
      CPPUNIT_ASSERT(!never.wait_for(lock, 500ms, [] { return false; }));
    });
    CPPUNIT_ASSERT_DOUBLES_EQUAL(36000.5, seconds(), 1e-9);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < 1h);
  }
  void threads_take_turns() {
    string text;
    simulation_.run([&] {
      Mutex mutex;
      Condition changed;
      int turn = 0;
      const auto play = [&](int own) {
        for (int round = 0; round < 3; ++round) {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return turn % 2 == own; });
          sleep_for(1ms);  // with the lock: the other one waits for it
          text += static_cast<char>('a' + own);
          ++turn;
          changed.notify_all();
        }
      };
      Thread one([&] { play(0); }), other([&] { play(1); });
    });
    CPPUNIT_ASSERT_EQUAL(string("ababab"), text);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.006, seconds(), 1e-9);
  }
  void a_stopped_group_runs_later() {
    std::vector<double> times;
    simulation_.run([&] {
      const auto group = simulation_.new_group();
      Thread thread;
      simulation_.in_group(group, [&] {
        thread = Thread([&] {
          for (int round = 0; round < 3; ++round) {
            sleep_for(1s);
            times.push_back(seconds());
          }
        });
      });
      sleep_for(1500ms);
      simulation_.stop(group);
      sleep_for(5s);
      simulation_.go_on(group);
    });
    CPPUNIT_ASSERT((times == std::vector<double>{1, 6.5, 7.5}));
  }
  void each_thread_has_its_own_exceptions() {
    string text;
    simulation_.run([&] {
      const auto fail = [&](const string& name) {
        try {
          throw Error(name);
        } catch (const Error&) {
          sleep_for(1s);
          try {
            throw;
          } catch (const Error& error) {
            text += error.what();
          }
        }
      };
      Thread one([&] { fail("a"); }), two([&] { fail("b"); });
    });
    CPPUNIT_ASSERT_EQUAL(string("ab"), text);
  }
  void waiting_for_ever_is_a_fault() {
    Mutex mutex;
    Condition never;
    CPPUNIT_ASSERT_THROW(simulation_.run([&] {
      std::unique_lock lock(mutex);
      never.wait(lock);
    }),
                         Error);
    Simulation short_one(1min);
    CPPUNIT_ASSERT_THROW(short_one.run([] { sleep_for(2min); }), Error);
  }
  /// (size + (N - 1) blocks) / bandwidth, and at most 2 ms for each hop of a ring that forms.
  void the_wire_takes_its_time() {
    SimulatedTransfer transfer;
    transfer.nodes = 20;
    transfer.size = 16 << 20;
    transfer.link.bandwidth = 12.5e6;
    transfer.options.verify = Verify::fast;
    double last = 0;
    simulation_.run([&] {
      SimulatedCluster cluster(simulation_, transfer);
      cluster.start_all();
      for (const NodeReport& report : cluster.send())
        CPPUNIT_ASSERT_EQUAL(string("done"), string(to_string(report.state)));
      cluster.end();
      for (std::size_t node = 0; node < 20; ++node) {
        CPPUNIT_ASSERT_EQUAL(string(), cluster.ended_with(node));
        last = std::max(last, std::chrono::duration<double>(cluster.whole_after(node).value()).count());
      }
    });
    const double wire = (transfer.size + 19 * 65536) / 12.5e6;
    CPPUNIT_ASSERT(last > wire);
    CPPUNIT_ASSERT(last < wire + 20 * 0.002);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SimulationTest);
