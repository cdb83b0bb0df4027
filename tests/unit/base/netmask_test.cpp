#include "base/netmask.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"

using lucie::base::prefix_length;

class NetmaskTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NetmaskTest);
  CPPUNIT_TEST(prefix_lengths);
  CPPUNIT_TEST(no_netmasks);
  CPPUNIT_TEST_SUITE_END();

 public:
  void prefix_lengths() {
    CPPUNIT_ASSERT_EQUAL(24, prefix_length("255.255.255.0"));
    CPPUNIT_ASSERT_EQUAL(22, prefix_length("255.255.252.0"));
    CPPUNIT_ASSERT_EQUAL(32, prefix_length("255.255.255.255"));
    CPPUNIT_ASSERT_EQUAL(0, prefix_length("0.0.0.0"));
  }

  void no_netmasks() {
    for (const char* text : {"255.0.255.0", "24", "", "255.255.255", "0.0.0.255"}) {
      CPPUNIT_ASSERT_THROW(prefix_length(text), lucie::Error);
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NetmaskTest);
