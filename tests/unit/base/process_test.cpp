#include "base/process.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <filesystem>
#include <sys/time.h>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie::base;

namespace {

volatile std::sig_atomic_t caught = 0;

/// SIGALRM is caught while this lives.
struct CaughtAlarm {
  struct sigaction before {};
  CaughtAlarm() {
    caught = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { caught = caught + 1; };
    sigaction(SIGALRM, &action, &before);
  }
  ~CaughtAlarm() { sigaction(SIGALRM, &before, nullptr); }
};

/// What `field` of /proc/self/status says in a text of that file.
std::string status_field(const std::string& text, const std::string& field) {
  const auto start = text.find(field + ":\t") + field.size() + 2;
  return text.substr(start, text.find('\n', start) - start);
}

}  // namespace

class ProcessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ProcessTest);
  CPPUNIT_TEST(output_error_and_status_come_back);
  CPPUNIT_TEST(large_input_goes_through);
  CPPUNIT_TEST(missing_program_is_told);
  CPPUNIT_TEST(time_limit_kills_the_whole_group);
  CPPUNIT_TEST(lines_are_told_as_they_arrive);
  CPPUNIT_TEST(background_process_ends_with_its_object);
  CPPUNIT_TEST(signals_are_the_childs_own);
  CPPUNIT_TEST(parent_is_as_before);
  CPPUNIT_TEST(signals_that_keep_coming_disturb_no_start);
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
  void signals_are_the_childs_own() {
    const CaughtAlarm alarm;
    const Outcome outcome = run({.argv = {"sh", "-c", "kill -ALRM $$"}});
    CPPUNIT_ASSERT_EQUAL(SIGALRM, outcome.signal);
    CPPUNIT_ASSERT_EQUAL(0, static_cast<int>(caught));
    const std::string status = run({.argv = {"cat", "/proc/self/status"}}).output;
    CPPUNIT_ASSERT_EQUAL(std::string(16, '0'), status_field(status, "SigBlk"));
    CPPUNIT_ASSERT_EQUAL(std::string(16, '0'), status_field(status, "SigIgn"));
  }
  void parent_is_as_before() {
    const CaughtAlarm alarm;
    run({.argv = {"true"}});  // SIGPIPE is ignored from the first start on
    const auto folder = std::filesystem::current_path();
    const std::string before = read_file("/proc/thread-self/status");
    CPPUNIT_ASSERT_EQUAL(std::string("/\n"), run({.argv = {"pwd"}, .directory = "/"}).output);
    CPPUNIT_ASSERT_THROW(run({.argv = {"no-such-program"}}), lucie::EnvironmentError);
    CPPUNIT_ASSERT_THROW(run({.argv = {"true"}, .directory = "/no/such/folder"}), lucie::EnvironmentError);
    const std::string after = read_file("/proc/thread-self/status");
    for (const char* field : {"SigBlk", "SigIgn", "SigCgt"}) {
      CPPUNIT_ASSERT_EQUAL(status_field(before, field), status_field(after, field));
    }
    CPPUNIT_ASSERT_EQUAL(folder, std::filesystem::current_path());
    raise(SIGALRM);
    CPPUNIT_ASSERT_EQUAL(1, static_cast<int>(caught));
  }
  void signals_that_keep_coming_disturb_no_start() {
    const CaughtAlarm alarm;
    const itimerval often{{0, 200}, {0, 200}}, never{};
    setitimer(ITIMER_REAL, &often, nullptr);
    int good = 0, told = 0;
    for (int i = 0; i < 50; ++i) {
      good += run({.argv = {"echo", "a"}}).output == "a\n" ? 1 : 0;
      try {
        run({.argv = {"no-such-program"}});
      } catch (const lucie::EnvironmentError&) {
        ++told;
      }
    }
    setitimer(ITIMER_REAL, &never, nullptr);
    CPPUNIT_ASSERT_EQUAL(50, good);
    CPPUNIT_ASSERT_EQUAL(50, told);
    CPPUNIT_ASSERT(caught > 0);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProcessTest);
