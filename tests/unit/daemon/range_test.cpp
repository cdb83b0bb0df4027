#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "net/server.hpp"

using namespace lucie::net;

class RangeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RangeTest);
  CPPUNIT_TEST(ranges_of_the_rfc);
  CPPUNIT_TEST(unsatisfiable);
  CPPUNIT_TEST(what_is_not_understood_gives_the_whole_file);
  CPPUNIT_TEST(date_of_the_rfc);
  CPPUNIT_TEST_SUITE_END();

  static std::string read(const std::string& header, std::uint64_t size) {
    const RangeAnswer answer = read_range(header, size);
    if (!answer.satisfiable) return "416";
    return fmt::format("{}{}+{}", answer.partial ? "" : "whole ", answer.range.first, answer.range.length);
  }

 public:
  void ranges_of_the_rfc() {  // RFC 9110 section 14.1.2
    CPPUNIT_ASSERT_EQUAL(std::string("0+500"), read("bytes=0-499", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("9500+500"), read("bytes=-500", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("9500+500"), read("bytes=9500-", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("9500+500"), read("bytes=9500-99999", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("0+10000"), read("bytes=-99999", 10000));
  }
  void unsatisfiable() {
    CPPUNIT_ASSERT_EQUAL(std::string("416"), read("bytes=10000-", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("416"), read("bytes=-0", 10000));
    CPPUNIT_ASSERT_EQUAL(std::string("416"), read("bytes=0-", 0));
  }
  void what_is_not_understood_gives_the_whole_file() {
    for (const char* header : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2",
                               "bytes=a-b", "bytes=1-b", "bytes=99999999999999999999-"})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(header, std::string("whole 0+100"), read(header, 100));
  }
  void date_of_the_rfc() {
    CPPUNIT_ASSERT_EQUAL(std::string("Sun, 06 Nov 1994 08:49:37 GMT"), http_date(784111777));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RangeTest);
