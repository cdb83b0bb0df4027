#include "base/error.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/names.hpp"

using namespace lucie;

class ErrorTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ErrorTest);
  CPPUNIT_TEST(fault_shows_line_caret_and_hint);
  CPPUNIT_TEST(each_fault_shows_its_own_line);
  CPPUNIT_TEST(tabs_and_umlauts_keep_the_caret_in_place);
  CPPUNIT_TEST(control_characters_are_escaped);
  CPPUNIT_TEST(only_plain_files_are_opened);
  CPPUNIT_TEST(faults_are_sorted_and_kept_once);
  CPPUNIT_TEST(nearest_name);
  CPPUNIT_TEST_SUITE_END();

 public:
  void fault_shows_line_caret_and_hint() {
    const base::TemporaryDirectory folder("error-test");
    const std::string file = (folder.path() / "lucie.conf").string();
    base::write_file(file, "define host{\n    use  hosttmpl\n}\n");
    CPPUNIT_ASSERT_EQUAL(file + ":2:10: error: host 'cnode00' uses unknown template 'hosttmpl'\n" +
                             "    2 |     use  hosttmpl\n"
                             "      |          ^\n"
                             "hint: did you mean 'hosttemplate'?\n",
                         render_fault({{file, 2, 10},
                                       "host 'cnode00' uses unknown template 'hosttmpl'",
                                       "did you mean 'hosttemplate'?"}));
  }
  void each_fault_shows_its_own_line() {
    const base::TemporaryDirectory folder("error-test");
    const std::string file = (folder.path() / "x").string();
    base::write_file(file, "one\ntwo\nthree\n");
    const std::vector<Fault> faults = {{{file, 2, 0}, "a", ""}, {{file, 2, 0}, "b", ""},
                                       {{file, 1, 0}, "c", ""}, {{file, 9, 0}, "d", ""},
                                       {{file, 3, 0}, "e", ""}, {{"", 0, 0}, "f", ""}};
    CPPUNIT_ASSERT_EQUAL(file + ":2: error: a\n    2 | two\n" + file + ":2: error: b\n    2 | two\n" + file +
                             ":1: error: c\n    1 | one\n" + file + ":9: error: d\n" + file +
                             ":3: error: e\n    3 | three\nerror: f\n",
                         render_faults(faults));
  }
  void tabs_and_umlauts_keep_the_caret_in_place() {
    const base::TemporaryDirectory folder("error-test");
    const std::string file = (folder.path() / "x").string();
    base::write_file(file, "\tä b\n");
    CPPUNIT_ASSERT_EQUAL(file + ":1:5: error: no\n    1 | \tä b\n      | \t  ^\n",
                         render_fault({{file, 1, 5}, "no", ""}));
  }
  void control_characters_are_escaped() {
    CPPUNIT_ASSERT_EQUAL(std::string("error: a\\x1b[31mb\n"), render_fault({{}, "a\x1b[31mb", ""}));
  }
  void only_plain_files_are_opened() {
    const base::TemporaryDirectory folder("error-test");
    const std::string pipe = (folder.path() / "pipe").string();
    CPPUNIT_ASSERT_EQUAL(0, mkfifo(pipe.c_str(), 0600));
    alarm(10);  // opening a pipe that nobody writes to would never end
    CPPUNIT_ASSERT_EQUAL(pipe + ": error: no\n" + pipe + ":1:1: error: no\n",
                         render_fault({{pipe, 0, 0}, "no", ""}) + render_fault({{pipe, 1, 1}, "no", ""}));
    alarm(0);
  }
  void faults_are_sorted_and_kept_once() {
    const FaultsError error({{{"b", 1, 1}, "x", ""}, {{"a", 9, 1}, "y", ""}, {{"b", 1, 1}, "x", ""}});
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, error.faults().size());
    CPPUNIT_ASSERT_EQUAL(std::string("y"), error.faults().front().message);
  }
  void nearest_name() {
    const std::vector<std::string> names = {"hosttemplate", "host_group", "gateway"};
    CPPUNIT_ASSERT_EQUAL(std::string("hosttemplate"), base::nearest("hosttmpl", names));
    CPPUNIT_ASSERT_EQUAL(std::string("gateway"), base::nearest("gatewya", names));
    CPPUNIT_ASSERT_EQUAL(std::string(), base::nearest("xyz", names));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ErrorTest);
