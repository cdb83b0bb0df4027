#include "base/node_set.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/text.hpp"

using lucie::Error;
using lucie::base::expand_node_set;
using lucie::base::expand_range;
using lucie::base::fold_node_set;
using lucie::base::join;

class NodeSetTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NodeSetTest);
  CPPUNIT_TEST(range_keeps_width);
  CPPUNIT_TEST(rightmost_bracket_runs_fastest);
  CPPUNIT_TEST(steps_and_words);
  CPPUNIT_TEST(wrong_ranges_are_refused);
  CPPUNIT_TEST(too_many_names_are_refused);
  CPPUNIT_TEST(commas_inside_brackets_belong_to_the_range);
  CPPUNIT_TEST(folding_is_undone_by_expanding);
  CPPUNIT_TEST_SUITE_END();

  static std::string message_of(const std::string& expression) {
    try {
      expand_range(expression);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

 public:
  void range_keeps_width() {
    const auto names = expand_range("cnode[000-255]");
    CPPUNIT_ASSERT_EQUAL(std::size_t{256}, names.size());
    CPPUNIT_ASSERT_EQUAL(std::string("cnode000"), names.front());
    CPPUNIT_ASSERT_EQUAL(std::string("cnode255"), names.back());
  }
  void rightmost_bracket_runs_fastest() {
    CPPUNIT_ASSERT_EQUAL(std::string("r1n0 r1n1 r2n0 r2n1"), join(expand_range("r[1-2]n[0-1]"), " "));
  }
  void steps_and_words() {
    CPPUNIT_ASSERT_EQUAL(std::string("x1 x3 x5 x7 x9"), join(expand_range("x[1-9/2]"), " "));
    CPPUNIT_ASSERT_EQUAL(std::string("xa xb x7 x8 x9"), join(expand_range("x[a,b,7-9]"), " "));
  }
  void wrong_ranges_are_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[3-1]': 3-1 runs downward"), message_of("n[3-1]"));
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[1-3': '[' without ']'"), message_of("n[1-3"));
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n1]': ']' without '['"), message_of("n1]"));
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[1-3/0]': a step of 0"), message_of("n[1-3/0]"));
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[]': an item of the bracket is empty"), message_of("n[]"));
  }
  void too_many_names_are_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[0-99999999]': more than 1000000 names"),
                         message_of("n[0-99999999]"));
    CPPUNIT_ASSERT_EQUAL(std::string("range 'n[0-9999][0-9999]': more than 1000000 names"),
                         message_of("n[0-9999][0-9999]"));
  }
  void commas_inside_brackets_belong_to_the_range() {
    CPPUNIT_ASSERT_EQUAL(std::string("a1 a3 b"), join(expand_node_set("a[1,3], b, a1"), " "));
  }
  void folding_is_undone_by_expanding() {
    CPPUNIT_ASSERT_EQUAL(std::string("cnode[00-02,07],gw"),
                         fold_node_set({"gw", "cnode07", "cnode00", "cnode01", "cnode02"}));
    CPPUNIT_ASSERT_EQUAL(std::string("n[8-9],n[10-11]"), fold_node_set({"n8", "n9", "n10", "n11"}));
    CPPUNIT_ASSERT_EQUAL(std::string("n5"), fold_node_set({"n5"}));
    CPPUNIT_ASSERT_EQUAL(std::string("rack[1-2]-a"), fold_node_set({"rack2-a", "rack1-a"}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NodeSetTest);
