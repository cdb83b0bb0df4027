#include "dolly/prediction.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie::dolly;

class PredictionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PredictionTest);
  CPPUNIT_TEST(the_terms_add_up);
  CPPUNIT_TEST(a_long_ring_waits_for_its_list);
  CPPUNIT_TEST(the_simulation_agrees);
  CPPUNIT_TEST(a_simulation_can_be_repeated);
  CPPUNIT_TEST_SUITE_END();

  static Expected at(std::uint64_t nodes, double failing = 0) {
    return {.nodes = nodes, .size = 16 << 20, .bandwidth = 12.5e6, .hop_delay = 0.0001, .failing = failing};
  }

 public:
  void the_terms_add_up() {
    const Prediction one = predict(at(1));
    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.0001 + 256 * (65536 + 21) / 12.5e6, one.seconds(), 1e-9);
    const Prediction many = predict(at(11, 0.1));
    CPPUNIT_ASSERT_DOUBLES_EQUAL(one.transfer, many.transfer, 1e-9);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(10 * (0.0001 + 65557 / 12.5e6), many.hops, 1e-9);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(1.1 * (1 + 0.1 + (2 << 20) / 12.5e6), many.failures, 1e-9);
  }
  void a_long_ring_waits_for_its_list() {
    CPPUNIT_ASSERT_DOUBLES_EQUAL(9999 * (0.0001 + 65557 / 12.5e6), predict(at(10'000)).hops, 1e-6);
    CPPUNIT_ASSERT_DOUBLES_EQUAL(99'999 * (0.0005 + 350'000 / 12.5e6), predict(at(100'000)).hops, 1e-6);
  }
  void the_simulation_agrees() {
    for (const std::uint64_t nodes : {1, 4, 40, 400}) {
      Expected expected = at(nodes);
      if (nodes > 100) expected.size = 1 << 20;  // that it does not take long
      const Simulated outcome = simulate(expected, 1);
      CPPUNIT_ASSERT_EQUAL(nodes, outcome.done);
      CPPUNIT_ASSERT_DOUBLES_EQUAL(1, outcome.seconds / predict(expected).seconds(), 0.05);
    }
  }
  void a_simulation_can_be_repeated() {
    const Simulated one = simulate(at(20, 0.1), 7), two = simulate(at(20, 0.1), 7);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, one.silenced);
    CPPUNIT_ASSERT(one.done >= 18);
    CPPUNIT_ASSERT_EQUAL(one.seconds, two.seconds);
    CPPUNIT_ASSERT(one.seconds != simulate(at(20, 0.1), 8).seconds);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PredictionTest);
