#include "installer/slice_value.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/text.hpp"

using namespace lucie;
using namespace lucie::installer;

class SliceValueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SliceValueTest);
  CPPUNIT_TEST(values_of_all_kinds);
  CPPUNIT_TEST(a_missing_value_is_told);
  CPPUNIT_TEST_SUITE_END();

  static std::string value(const std::string& key) {
    return base::join(slice_value(R"({"host":"cnode00","dns":["192.0.2.1","192.0.2.2"],"base_size":12,)"
                                  R"("answers":{"ssh":{"port":"22"},"base":{}}})",
                                  key),
                      ";");
  }

 public:
  void values_of_all_kinds() {
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), value("host"));
    CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1;192.0.2.2"), value("dns"));
    CPPUNIT_ASSERT_EQUAL(std::string("12"), value("base_size"));
    CPPUNIT_ASSERT_EQUAL(std::string("22"), value("answers/ssh/port"));
    CPPUNIT_ASSERT_EQUAL(std::string("base;ssh"), value("answers"));
  }
  void a_missing_value_is_told() {
    CPPUNIT_ASSERT_THROW(value("hots"), Error);
    CPPUNIT_ASSERT_THROW(value("host/x"), Error);
    CPPUNIT_ASSERT_THROW(slice_value("no json", "host"), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SliceValueTest);
