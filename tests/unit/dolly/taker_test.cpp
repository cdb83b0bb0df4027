#include "dolly/taker.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

#include "base/error.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;

class TakerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TakerTest);
  CPPUNIT_TEST(all_is_taken_in_order);
  CPPUNIT_TEST(nothing_is_taken_before_it_is_verified);
  CPPUNIT_TEST(a_fault_comes_out_at_the_end);
  CPPUNIT_TEST(who_waits_is_ended);
  CPPUNIT_TEST_SUITE_END();

  const string file_ = "0123456789";
  Mutex mutex_;
  Condition changed_;
  string taken_;

  Taker::Read reading() {
    return [this](std::uint64_t offset, std::span<char> buffer) {
      file_.copy(buffer.data(), buffer.size(), offset);
    };
  }
  void take(Taker& taker) {
    string buffer(3, ' ');
    while (const std::size_t count = taker.next(buffer)) {
      const std::lock_guard lock(mutex_);
      taken_.append(buffer, 0, count);
      changed_.notify_all();
    }
  }
  void wait_for(const string& wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return taken_.size() >= wanted.size(); });
    CPPUNIT_ASSERT_EQUAL(wanted, taken_);
  }

 public:
  void setUp() override { taken_.clear(); }

  void all_is_taken_in_order() {
    Taker taker(reading(), [this](Taker& each) { take(each); });
    taker.verified(6, 4);
    taker.verified(2, 4);
    taker.verified(0, 2);
    taker.finish(10);
    CPPUNIT_ASSERT_EQUAL(file_, taken_);
  }
  void nothing_is_taken_before_it_is_verified() {
    Taker taker(reading(), [this](Taker& each) { take(each); });
    taker.verified(5, 5);
    taker.verified(0, 4);
    wait_for("0123");
    taker.verified(4, 1);
    wait_for(file_);
    taker.finish(10);
  }
  void a_fault_comes_out_at_the_end() {
    Taker taker(reading(), [](Taker& each) {
      string buffer(1, ' ');
      each.next(buffer);
      throw Error("no room");
    });
    taker.verified(0, 10);
    CPPUNIT_ASSERT_THROW(taker.finish(10), Error);
  }
  void who_waits_is_ended() {
    Taker taker(reading(), [this](Taker& each) { take(each); });
    taker.verified(0, 3);
    wait_for("012");
    taker.cancel();
    CPPUNIT_ASSERT_THROW(taker.finish(10), Error);
    CPPUNIT_ASSERT_EQUAL(string("012"), taken_);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TakerTest);
