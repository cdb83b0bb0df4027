#include "base/process.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie::base;

class ProcessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ProcessTest);
  CPPUNIT_TEST(output_error_and_status_come_back);
  CPPUNIT_TEST(large_input_goes_through);
  CPPUNIT_TEST(missing_program_is_told);
  CPPUNIT_TEST(time_limit_kills_the_whole_group);
  CPPUNIT_TEST(lines_are_told_as_they_arrive);
  CPPUNIT_TEST(background_process_ends_with_its_object);
  CPPUNIT_TEST_SUITE_END();

 public:
  void output_error_and_status_come_back() {
    const Outcome outcome = run({.argv = {"sh", "-c", "echo out; echo err >&2; exit 3"}});
    CPPUNIT_ASSERT_EQUAL(std::string("out\n"), outcome.output);
    CPPUNIT_ASSERT_EQUAL(std::string("err\n"), outcome.error);
    CPPUNIT_ASSERT_EQUAL(std::string("exit status 3"), outcome.describe());
  }
  void large_input_goes_through() {
    const std::string megabyte(1 << 20, 'x');
    CPPUNIT_ASSERT(run({.argv = {"cat"}, .input = megabyte}).output == megabyte);
  }
  void missing_program_is_told() {
    try {
      run({.argv = {"no-such-program"}});
      CPPUNIT_FAIL("no error");
    } catch (const lucie::EnvironmentError& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("no-such-program: program not found"), std::string(error.what()));
    }
  }
  void time_limit_kills_the_whole_group() {
    const Outcome outcome =
        run({.argv = {"sh", "-c", "sleep 60 & wait"}, .time_limit = std::chrono::milliseconds(200)});
    CPPUNIT_ASSERT(outcome.timed_out);
    CPPUNIT_ASSERT(!outcome.success());
  }
  void lines_are_told_as_they_arrive() {
    std::string lines;
    run({.argv = {"printf", "a\\nb"},
         .on_line = [&](std::string_view line) { lines += "<" + std::string(line) + ">"; }});
    CPPUNIT_ASSERT_EQUAL(std::string("<a><b>"), lines);
  }
  void background_process_ends_with_its_object() {
    const TemporaryDirectory folder("process-test");
    pid_t process = 0;
    {
      BackgroundProcess background({.argv = {"sleep", "60"}}, folder.path() / "log");
      process = background.process();
      CPPUNIT_ASSERT(background.running());
    }
    CPPUNIT_ASSERT_EQUAL(-1, kill(process, 0));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);
