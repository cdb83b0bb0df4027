#include "config/value.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace lucie::config;
using std::string;

class ValueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ValueTest);
  CPPUNIT_TEST(sizes_are_binary);
  CPPUNIT_TEST(times_have_a_unit);
  CPPUNIT_TEST(addresses_are_strict);
  CPPUNIT_TEST(masks_are_ones_then_zeros);
  CPPUNIT_TEST(mac_addresses_of_any_spelling_are_one);
  CPPUNIT_TEST(partitions_have_a_size_or_a_range);
  CPPUNIT_TEST_SUITE_END();

 public:
  void sizes_are_binary() {
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{512} << 20, parse_size("512M").value());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 40, parse_size("1T").value());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{8} << 10, parse_size("8K").value());
    for (const char* text :
         {"", "M", "512", "-1M", "+1M", "1.5G", "1 G", "1GB", "99999999999999999999T", "9999999T"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parse_size(text));
    }
  }
  void times_have_a_unit() {
    CPPUNIT_ASSERT(parse_duration("30s") == std::chrono::seconds(30));
    CPPUNIT_ASSERT(parse_duration("5m") == std::chrono::minutes(5));
    CPPUNIT_ASSERT(parse_duration("2h") == std::chrono::hours(2));
    for (const char* text : {"", "30", "s", "1d", "-1s", "9999999h"})
      CPPUNIT_ASSERT_MESSAGE(text, !parse_duration(text));
    for (const char* text : {"yes", "1", "true"}) CPPUNIT_ASSERT_MESSAGE(text, parse_boolean(text).value());
    for (const char* text : {"no", "0", "false"}) CPPUNIT_ASSERT_MESSAGE(text, !parse_boolean(text).value());
    for (const char* text : {"", "on", "YES", "2"}) CPPUNIT_ASSERT_MESSAGE(text, !parse_boolean(text));
  }
  void addresses_are_strict() {
    CPPUNIT_ASSERT_EQUAL(0xC0A80A01U, parse_address("192.168.10.1").value());
    CPPUNIT_ASSERT_EQUAL(string("192.168.10.1"), format_address(0xC0A80A01U));
    for (const char* text :
         {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.-4", "1.2.3.+4", " 1.2.3.4", "1..2.3"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parse_address(text));
    }
  }
  void masks_are_ones_then_zeros() {
    CPPUNIT_ASSERT_EQUAL(0xFFFFFF00U, parse_mask("255.255.255.0").value());
    CPPUNIT_ASSERT(parse_mask("255.255.255.252").has_value());
    for (const char* text : {"0.0.0.0", "255.255.255.255", "255.255.255.254", "255.0.255.0", "0.0.0.255"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parse_mask(text));
    }
  }
  void mac_addresses_of_any_spelling_are_one() {
    for (const char* text :
         {"00:50:56:0A:40:b6", "00-50-56-0a-40-B6", "0:50:56:a:40:b6", "0050.560a.40b6", "0050560A40B6"}) {
      CPPUNIT_ASSERT_EQUAL(string("00:50:56:0a:40:b6"), normal_mac(text));
    }
    for (const char* text :
         {"", "00:50:56:0a:40", "00:50:56:0a:40:b6:00", "00:50:56:0a:40:g6", "00:50:56:0a:40:1b6",
          "00:50-56:0a:40:b6", "0050.56a.40b6", "0050560A40B", "::::: ", "00:50:56:0a:40:"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(text, string(), normal_mac(text));
    }
  }
  void partitions_have_a_size_or_a_range() {
    string why;
    const auto fixed = parse_partition("/var  512M ext4  noatime,nodev", why);
    CPPUNIT_ASSERT(fixed && fixed->least == 512U << 20 && fixed->most == fixed->least);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, fixed->options.size());
    const auto open = parse_partition("/ 1G- xfs", why);
    CPPUNIT_ASSERT(open && open->least == 1U << 30 && !open->most);
    const auto range = parse_partition("swap 1G-2G swap", why);
    CPPUNIT_ASSERT(range && range->most == std::uint64_t{2} << 30);
    for (const char* text : {"", "/ 1G", "/ 1G ext4 a b", "/ -1G ext4", "/ 0M ext4", "/../x 1G ext4",
                             "/a/ 1G ext4", "//a 1G ext4"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parse_partition(text, why));
      CPPUNIT_ASSERT_MESSAGE(text, !why.empty());
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ValueTest);
