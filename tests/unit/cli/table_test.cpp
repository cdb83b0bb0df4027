#include "cli/table.hpp"

#include <cppunit/extensions/HelperMacros.h>

class TableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TableTest);
  CPPUNIT_TEST(columns_line_up);
  CPPUNIT_TEST(rows_may_be_short);
  CPPUNIT_TEST_SUITE_END();

 public:
  void columns_line_up() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("NODE     STATE\ncnode00  installed\nä        failed\n"),
        lucie::cli::render_table({{"NODE", "STATE"}, {"cnode00", "installed"}, {"ä", "failed"}}));
  }
  void rows_may_be_short() {
    CPPUNIT_ASSERT_EQUAL(std::string("a\nbb  c\n"), lucie::cli::render_table({{"a"}, {"bb", "c"}}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TableTest);
