#include "installer/kernel_command_line.hpp"

#include <cppunit/extensions/HelperMacros.h>

using lucie::installer::KernelCommandLine;

class KernelCommandLineTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(KernelCommandLineTest);
  CPPUNIT_TEST(values_are_found_by_name);
  CPPUNIT_TEST(the_last_value_counts_and_all_are_kept);
  CPPUNIT_TEST(quotes_keep_blanks);
  CPPUNIT_TEST(a_value_may_hold_equals_signs);
  CPPUNIT_TEST_SUITE_END();

 public:
  void values_are_found_by_name() {
    const KernelCommandLine line("lucie.server=http://192.0.2.1:8080 quiet lucie.host=cnode00\n");
    CPPUNIT_ASSERT_EQUAL(std::string("http://192.0.2.1:8080"), line.value("lucie.server").value());
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), line.value("lucie.host").value());
    CPPUNIT_ASSERT_EQUAL(std::string(), line.value("quiet").value());
    CPPUNIT_ASSERT(!line.value("lucie.token"));
  }
  void the_last_value_counts_and_all_are_kept() {
    const KernelCommandLine line("console=tty0  console=ttyS0,115200");
    CPPUNIT_ASSERT_EQUAL(std::string("ttyS0,115200"), line.value("console").value());
    CPPUNIT_ASSERT((line.values("console") == std::vector<std::string>{"tty0", "ttyS0,115200"}));
  }
  void quotes_keep_blanks() {
    const KernelCommandLine line("a=\"one two\" \"b=three four\" c=5");
    CPPUNIT_ASSERT_EQUAL(std::string("one two"), line.value("a").value());
    CPPUNIT_ASSERT_EQUAL(std::string("three four"), line.value("b").value());
    CPPUNIT_ASSERT_EQUAL(std::string("5"), line.value("c").value());
  }
  void a_value_may_hold_equals_signs() {
    CPPUNIT_ASSERT_EQUAL(std::string("UUID=1-2"), KernelCommandLine("root=UUID=1-2").value("root").value());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(KernelCommandLineTest);
