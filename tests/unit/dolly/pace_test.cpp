#include "dolly/pace.hpp"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace lucie::dolly;
using namespace std::chrono_literals;

class PaceTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PaceTest);
  CPPUNIT_TEST(a_slow_one_is_told_after_a_window);
  CPPUNIT_TEST(one_that_keeps_up_is_not_slow);
  CPPUNIT_TEST(nobody_is_slow_while_nothing_comes);
  CPPUNIT_TEST(the_master_judges_nobody);
  CPPUNIT_TEST(a_little_left_is_worth_no_change);
  CPPUNIT_TEST(so_much_is_never_slow);
  CPPUNIT_TEST(much_at_once_after_a_pause_is_not_held_against_it);
  CPPUNIT_TEST_SUITE_END();

  Pace pace_{1000ms};
  const Clock::time_point start_ = Clock::now();

  /// When a successor is found slow that takes `rate` bytes per second where `own` come, told every 200 ms
  /// for 10 s; -1: never.
  int slow_after(double own, double rate, double usual, double ahead = 0) {
    for (int ms = 0; ms <= 10'000; ms += 200) {
      const double seconds = ms / 1000.0;
      if (pace_.is_slow(start_ + milliseconds(ms), static_cast<std::uint64_t>(ahead + own * seconds),
                        static_cast<std::uint64_t>(rate * seconds), usual))
        return ms;
    }
    return -1;
  }

 public:
  void a_slow_one_is_told_after_a_window() {
    CPPUNIT_ASSERT_EQUAL(1000, slow_after(10e6, 1e6, 10e6));
    CPPUNIT_ASSERT_DOUBLES_EQUAL(1e6, pace_.rate(), 1);
  }
  void one_that_keeps_up_is_not_slow() { CPPUNIT_ASSERT_EQUAL(-1, slow_after(10e6, 5e6, 10e6)); }
  void nobody_is_slow_while_nothing_comes() { CPPUNIT_ASSERT_EQUAL(-1, slow_after(0, 0, 10e6, 1e6)); }
  void the_master_judges_nobody() { CPPUNIT_ASSERT_EQUAL(-1, slow_after(10e6, 1e6, 0)); }
  void a_little_left_is_worth_no_change() { CPPUNIT_ASSERT_EQUAL(-1, slow_after(0, 3e6, 10e6, 4e6)); }
  void so_much_is_never_slow() { CPPUNIT_ASSERT_EQUAL(-1, slow_after(1000e6, 150e6, 1000e6)); }
  /// A ring that was repaired before us gives us at once what its next node has not had time to take.
  void much_at_once_after_a_pause_is_not_held_against_it() {
    for (int ms = 0; ms <= 6000; ms += 200) {
      const double seconds = ms / 1000.0;
      const double own = ms < 2000 ? 10e6 * seconds : ms < 4200 ? 20e6 : 30e6;
      const double taken = ms < 4200 ? own : std::min(own, 20e6 + 25e6 * (seconds - 4.2));
      CPPUNIT_ASSERT(!pace_.is_slow(start_ + milliseconds(ms), static_cast<std::uint64_t>(own),
                                    static_cast<std::uint64_t>(taken), own / std::max(seconds, 1.0)));
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PaceTest);
