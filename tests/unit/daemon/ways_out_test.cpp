#include "daemon/ways_out.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie::daemon;
using namespace std::chrono_literals;

class WaysOutTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WaysOutTest);
  CPPUNIT_TEST(one_that_no_ring_reaches_need_not_wait_for_another);
  CPPUNIT_TEST(one_that_fell_out_gets_a_second_ring);
  CPPUNIT_TEST(a_long_ring_is_not_waited_for);
  CPPUNIT_TEST(an_installation_begins_anew);
  CPPUNIT_TEST(it_is_told_once);
  CPPUNIT_TEST_SUITE_END();

  const WaysOut::Who who_{"genome", "cnode00", 1}, other_{"genome", "cnode01", 1};
  const WaysOut::Clock::time_point now_ = WaysOut::Clock::now();
  WaysOut ways_;

 public:
  void one_that_no_ring_reaches_need_not_wait_for_another() {
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_));
    ways_.unreached(who_, now_);
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_));
    ways_.missed(who_);
    CPPUNIT_ASSERT(ways_.is_for(who_, now_));
    CPPUNIT_ASSERT(!ways_.is_for(other_, now_));
    ways_.done(who_);
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_));
  }
  void one_that_fell_out_gets_a_second_ring() {
    ways_.unreached(who_, now_);
    ways_.reached(who_);
    ways_.missed(who_);
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_ + 1h));
    ways_.missed(who_);
    CPPUNIT_ASSERT(ways_.is_for(who_, now_));
  }
  void a_long_ring_is_not_waited_for() {
    ways_.unreached(who_, now_);
    ways_.unreached(who_, now_ + 29s);
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_ + 29s));
    CPPUNIT_ASSERT(ways_.is_for(who_, now_ + 30s));
    ways_.reached(who_);
    CPPUNIT_ASSERT(!ways_.is_for(who_, now_ + 30s));
  }
  void an_installation_begins_anew() {
    ways_.unreached(who_, now_);
    ways_.missed(who_);
    WaysOut::Who later = who_;
    later.installation = 2;
    CPPUNIT_ASSERT(!ways_.is_for(later, now_));
    ways_.missed(later);
    CPPUNIT_ASSERT(!ways_.is_for(later, now_));
  }
  void it_is_told_once() {
    CPPUNIT_ASSERT(ways_.is_news(who_));
    CPPUNIT_ASSERT(!ways_.is_news(who_));
    CPPUNIT_ASSERT(ways_.is_news(other_));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WaysOutTest);
