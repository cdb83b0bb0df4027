#include "installer/modules/install/apt_status.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie::installer;

class AptStatusTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AptStatusTest);
  CPPUNIT_TEST(status_lines_become_progress);
  CPPUNIT_TEST(other_lines_do_not);
  CPPUNIT_TEST_SUITE_END();

 public:
  void status_lines_become_progress() {
    const auto fetching = read_apt_status("dlstatus:1:50.0000:Retrieving file 1 of 2");
    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.125, fetching.value().fraction, 1e-9);
    CPPUNIT_ASSERT_EQUAL(std::string("Retrieving file 1 of 2"), fetching->text);
    const auto installing = read_apt_status("pmstatus:libc6:amd64:20.0000:Unpacking libc6:amd64 (amd64)");
    CPPUNIT_ASSERT_DOUBLES_EQUAL(0.4, installing.value().fraction, 1e-9);
    CPPUNIT_ASSERT_EQUAL(std::string("Unpacking libc6:amd64 (amd64)"), installing->text);
  }
  void other_lines_do_not() {
    CPPUNIT_ASSERT(!read_apt_status("Unpacking libc6:amd64 (2.36) ..."));
    CPPUNIT_ASSERT(!read_apt_status("pmstatus:"));
    CPPUNIT_ASSERT(!read_apt_status("pmstatus:7:text"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AptStatusTest);
