#include "base/text.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

using namespace lucie::base;

class TextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TextTest);
  CPPUNIT_TEST(lists_and_words);
  CPPUNIT_TEST(utf8_is_told_from_other_bytes);
  CPPUNIT_TEST(nothing_drives_the_terminal);
  CPPUNIT_TEST(shell_quotes);
  CPPUNIT_TEST(digests_have_their_published_values);
  CPPUNIT_TEST(hexadecimal_is_read_back);
  CPPUNIT_TEST(times_are_read_back);
  CPPUNIT_TEST_SUITE_END();

 public:
  void lists_and_words() {
    CPPUNIT_ASSERT_EQUAL(std::string("a|b c|d"), join(split_list(" a, b c ,, d"), "|"));
    CPPUNIT_ASSERT_EQUAL(std::string("a|b"), join(split_words("  a \t b "), "|"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, split("", ',').size());
  }
  void utf8_is_told_from_other_bytes() {
    CPPUNIT_ASSERT(is_utf8("aä€😀"));
    CPPUNIT_ASSERT(!is_utf8("\xC3"));
    CPPUNIT_ASSERT(!is_utf8("\xC0\x80"));
    CPPUNIT_ASSERT(!is_utf8("\xED\xA0\x80"));
    CPPUNIT_ASSERT(!is_utf8(std::string_view("a\0b", 3)));
  }
  void nothing_drives_the_terminal() {
    CPPUNIT_ASSERT_EQUAL(std::string("aä€😀 \\x1b[2J\\x7f\\x00"),
                         escape_control(std::string_view("aä€😀 \x1b[2J\x7f\0", 17)));
    CPPUNIT_ASSERT_EQUAL(std::string("a\n\\x09"), escape_control("a\n\t", "\n"));
    // "CSI" as one character, and as the byte that it is in other encodings.
    CPPUNIT_ASSERT_EQUAL(std::string("\\xc2\\x9b2J"), escape_control("\xC2\x9B"
                                                                     "2J"));
    CPPUNIT_ASSERT_EQUAL(std::string("\\x9b2J \\xc3 \\xc3"), escape_control("\x9B"
                                                                            "2J \xC3 \xC3"));
    CPPUNIT_ASSERT_EQUAL(std::string("\u00a0"), escape_control("\u00a0"));
  }
  void shell_quotes() {
    CPPUNIT_ASSERT_EQUAL(std::string("a-b/c"), shell_quote("a-b/c"));
    CPPUNIT_ASSERT_EQUAL(std::string("'it'\\''s'"), shell_quote("it's"));
    CPPUNIT_ASSERT_EQUAL(std::string("''"), shell_quote(""));
  }
  void digests_have_their_published_values() {
    CPPUNIT_ASSERT_EQUAL(std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                         sha256_hex("abc"));  // FIPS 180-4 example
    CPPUNIT_ASSERT_EQUAL(std::string("900150983cd24fb0d6963f7d28e17f72"), md5_hex("abc"));  // RFC 1321
    CPPUNIT_ASSERT_EQUAL(std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
                         to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")));  // RFC 4231
    CPPUNIT_ASSERT_EQUAL(std::string("mzxw6ytboi"), to_base32_lower("foobar"));         // RFC 4648
  }
  void hexadecimal_is_read_back() {
    CPPUNIT_ASSERT_EQUAL(std::string("00ff7f"), to_hex(from_hex("00Ff7f")));
    CPPUNIT_ASSERT_THROW(from_hex("0"), lucie::Error);
    CPPUNIT_ASSERT_THROW(from_hex("0g"), lucie::Error);
    CPPUNIT_ASSERT(equal_secrets("abc", "abc"));
    CPPUNIT_ASSERT(!equal_secrets("abc", "abd"));
    CPPUNIT_ASSERT(!equal_secrets("abc", "ab"));
  }
  void times_are_read_back() {
    CPPUNIT_ASSERT_EQUAL(std::string("2026-11-23T04:25:01Z"),
                         format_time(parse_time("2026-11-23T04:25:01Z")));
    CPPUNIT_ASSERT_THROW(parse_time("yesterday"), lucie::Error);
    CPPUNIT_ASSERT_THROW(parse_time("3045-02-28T00:00:00Z"), lucie::Error);  // more than its type holds
    CPPUNIT_ASSERT_THROW(parse_time("0001-01-01T00:00:00Z"), lucie::Error);
    CPPUNIT_ASSERT_EQUAL(std::string("2 min 5 s"), format_duration(std::chrono::seconds(125)));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);
