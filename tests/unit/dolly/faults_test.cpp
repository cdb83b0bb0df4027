// Rings with random faults, in simulated time: what happens is the same for the same seed.
#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>

#include "schedule.hpp"

using namespace lucie;
using namespace lucie::test;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;

class FaultsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FaultsTest);
  CPPUNIT_TEST(every_healthy_node_gets_everything);
  CPPUNIT_TEST(the_same_seed_gives_the_same_trace);
  CPPUNIT_TEST(our_own_later_pass_is_no_other_sender);
  CPPUNIT_TEST(a_node_that_failed_stays_failed);
  CPPUNIT_TEST(a_node_that_was_left_out_takes_nobody);
  CPPUNIT_TEST_SUITE_END();

  static string wrong_in(const Schedule& schedule) {
    const Played played = play(schedule);
    const string wrong = faults_of(schedule, played);
    return wrong.empty() ? "" : wrong + played.text(schedule);
  }

  static std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::stoull(text);
  }

 public:
  /// LUCIE_SCHEDULES: how many; LUCIE_SEED: the first one.
  void every_healthy_node_gets_everything() {
    const std::uint64_t first = number_in("LUCIE_SEED", 1), count = number_in("LUCIE_SCHEDULES", 60);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      const Schedule schedule = random_schedule(seed);
      Played played;
      try {
        played = play(schedule);
      } catch (const std::exception& fault) {
        CPPUNIT_FAIL(schedule.text() + fault.what());
      }
      const string wrong = faults_of(schedule, played);
      CPPUNIT_ASSERT_MESSAGE(wrong + played.text(schedule), wrong.empty());
    }
  }
  void the_same_seed_gives_the_same_trace() {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const Schedule schedule = random_schedule(seed);
      const Played one = play(schedule), two = play(schedule);
      CPPUNIT_ASSERT_EQUAL(one.text(schedule), two.text(schedule));
      CPPUNIT_ASSERT_EQUAL(one.trace, two.trace);
    }
    CPPUNIT_ASSERT(play(random_schedule(1)).trace != play(random_schedule(2)).trace);
  }
  /// Both nodes were given up, and are offered a second ring while the first one still reaches one of them.
  void our_own_later_pass_is_no_other_sender() {
    CPPUNIT_ASSERT_EQUAL(string(), wrong_in(schedule_of(2, 5'803'453,
                                                        {{Fault::Kind::interrupt, 1, 545ms, 1316ms},
                                                         {Fault::Kind::interrupt, 0, 1438ms, 3202ms}})));
  }
  /// Others dial it once more when the node between is lost, and find nobody: the reason is what it said.
  void a_node_that_failed_stays_failed() {
    const NodeReport failed{3, NodeState::failed, 10, "it is full", 7};
    CPPUNIT_ASSERT(!counts({3, NodeState::gone, 0, "Connection refused", 7}, failed));
    CPPUNIT_ASSERT(!counts({3, NodeState::receiving, 10, "", 7}, failed));
    CPPUNIT_ASSERT(counts({3, NodeState::done, 10, "", 7}, failed));
    CPPUNIT_ASSERT(counts({3, NodeState::receiving, 10, "", 8}, failed));
    const Schedule schedule = schedule_of(
        4, 6'000'000, {{Fault::Kind::full_disk, 2, 300ms, 0ms}, {Fault::Kind::kill, 1, 900ms, 0ms}});
    const Played played = play(schedule);
    CPPUNIT_ASSERT_EQUAL(string("write: No space left on device"), played.reports[2].why);
    CPPUNIT_ASSERT_EQUAL(string("failed"), string(to_string(played.reports[2].state)));
  }
  /// The second of four nodes hangs so long that both its neighbours have left it out. It finds its successor
  /// gone, and must not dial the next one.
  void a_node_that_was_left_out_takes_nobody() {
    const Schedule schedule = schedule_of(4, 20'000'000, {{Fault::Kind::pause, 1, 500ms, 3000ms}});
    const Played played = play(schedule);
    CPPUNIT_ASSERT_EQUAL(string(), faults_of(schedule, played));
    CPPUNIT_ASSERT_EQUAL(1L, std::ranges::count(played.dials, "n1>n3"));
    CPPUNIT_ASSERT_EQUAL(0L, std::ranges::count(played.dials, "n2>n4"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultsTest);
