#include "installer/runner.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "installer/module_run.hpp"

using namespace lucie;
using namespace lucie::installer;

namespace {

/// Writes down what it is told, one word a call.
class Recorder : public Listener {
 public:
  void module_started(const std::string& module) override { add("start:" + module); }
  void module_line(const std::string& module, std::string_view line) override {
    add(module + "=" + std::string(line));
  }
  void progress(const std::string&, double fraction, const std::string& message) override {
    add(fmt::format("{:.2f}{}", fraction, message));
  }
  void module_done(const std::string& module, std::chrono::duration<double>) override {
    add("done:" + module);
  }
  void module_failed(const Failure& failure, bool tried_again) override {
    add((tried_again ? "again:" : "failed:") + failure.module);
  }
  std::string text() const { return base::join(words_, " "); }

 private:
  void add(std::string word) {
    const std::lock_guard lock(mutex_);
    words_.push_back(std::move(word));
  }
  std::mutex mutex_;
  std::vector<std::string> words_;
};

}  // namespace

class RunnerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RunnerTest);
  CPPUNIT_TEST(modules_run_in_order_with_progress_by_weight);
  CPPUNIT_TEST(a_failure_keeps_what_follows_and_says_why);
  CPPUNIT_TEST(resume_leaves_out_what_is_done);
  CPPUNIT_TEST(a_module_is_tried_again);
  CPPUNIT_TEST(independent_modules_run_side_by_side);
  CPPUNIT_TEST(hooks_run_around_their_module);
  CPPUNIT_TEST(the_time_limit_ends_all_its_processes);
  CPPUNIT_TEST(progress_lines_are_recognised);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"runner-test"};
  Session session_{.run = folder_.path() / "run", .target = folder_.path() / "target"};
  Recorder recorder_;

  std::filesystem::path program(const std::string& name, const std::string& text) const {
    base::write_file(folder_.path() / name, "#!/bin/sh\n" + text + "\n", 0755);
    return folder_.path() / name;
  }
  Module module(const std::string& name, const std::string& text) const {
    Module module{.name = name, .program = program(name, text)};
    return module;
  }
  std::vector<Failure> run(const std::vector<Module>& modules, const Order& order, bool resume = false) {
    std::filesystem::create_directories(session_.run);
    Journal journal(session_.run / "journal.json", resume);
    return Runner(modules, order, session_, journal, recorder_).run();
  }

 public:
  void modules_run_in_order_with_progress_by_weight() {
    Module one = module("one", "echo hello; echo ::progress 0.5 half");
    one.description.weight = 3;
    const auto failures = run({one, module("two", "echo $LUCIE_MODULE >&2")}, {{}, {0}});
    CPPUNIT_ASSERT(failures.empty());
    CPPUNIT_ASSERT_EQUAL(
        std::string("start:one one=hello 0.38half done:one 0.75 start:two two=two done:two 1.00"),
        recorder_.text());
    CPPUNIT_ASSERT_EQUAL(std::string("hello\n"), base::read_file(session_.run / "log/one"));
  }
  void a_failure_keeps_what_follows_and_says_why() {
    const auto failures =
        run({module("one", "echo fine; echo broken >&2; exit 7"), module("two", "echo never")}, {{}, {0}});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, failures.size());
    CPPUNIT_ASSERT_EQUAL(std::string("one"), failures[0].module);
    CPPUNIT_ASSERT_EQUAL(std::string("one: exit status 7\nbroken"), failures[0].why);
    CPPUNIT_ASSERT(recorder_.text().ends_with("failed:one"));
  }
  void resume_leaves_out_what_is_done() {
    const std::vector<Module> modules = {module("one", ""), module("two", "test -e \"$0.ready\"")};
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, run(modules, {{}, {0}}).size());
    base::write_file(folder_.path() / "two.ready", "");
    CPPUNIT_ASSERT(run(modules, {{}, {0}}, true).empty());
    CPPUNIT_ASSERT(recorder_.text().ends_with("failed:two start:two done:two 1.00"));
  }
  void a_module_is_tried_again() {
    Module one = module("one", "test -e \"$0.tried\" && exit 0; touch \"$0.tried\"; exit 1");
    one.description.retries = 1;
    CPPUNIT_ASSERT(run({one}, {{}}).empty());
    CPPUNIT_ASSERT(recorder_.text().find("again:one") != std::string::npos);
    CPPUNIT_ASSERT(recorder_.text().find("failed:") == std::string::npos);
  }
  void independent_modules_run_side_by_side() {
    // Each opens one end of the same pipe, which waits for the other: alone, neither would ever end.
    const std::string pipe = (folder_.path() / "pipe").string();
    CPPUNIT_ASSERT_EQUAL(0, std::system(("mkfifo " + pipe).c_str()));
    Module writes = module("writes", "echo x > " + pipe), reads = module("reads", "cat " + pipe);
    writes.description.time_limit = reads.description.time_limit = std::chrono::seconds(60);
    CPPUNIT_ASSERT(run({writes, reads}, {{}, {}}).empty());
  }
  void hooks_run_around_their_module() {
    Module one = module("one", "echo itself");
    one.before = {program("one.before", "echo before")};
    one.after = {program("one.after", "echo after")};
    CPPUNIT_ASSERT(run({one}, {{}}).empty());
    CPPUNIT_ASSERT_EQUAL(std::string("before\nitself\nafter\n"), base::read_file(session_.run / "log/one"));
  }
  void the_time_limit_ends_all_its_processes() {
    Module one = module("one", "setsid sleep 1000 & echo $! > \"$0.pid\"; sleep 1000");
    one.description.time_limit = std::chrono::seconds(1);
    const auto failures = run({one}, {{}});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, failures.size());
    CPPUNIT_ASSERT(failures[0].why.starts_with("one: no end within its time limit"));
    const int left = std::atoi(base::read_file(folder_.path() / "one.pid").c_str());
    // It is killed; its new parent may still have to collect it.
    const auto state = std::filesystem::path("/proc") / std::to_string(left) / "stat";
    for (int tries = 0; tries < 100 && std::filesystem::exists(state); ++tries) {
      if (base::read_file(state).find(") Z") != std::string::npos) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    CPPUNIT_ASSERT(!std::filesystem::exists(state));
  }
  void progress_lines_are_recognised() {
    CPPUNIT_ASSERT_EQUAL(0.25, read_progress_line("::progress 0.25 base archive").value().fraction);
    CPPUNIT_ASSERT_EQUAL(std::string("base archive"),
                         read_progress_line("::progress 0.25 base archive")->text);
    CPPUNIT_ASSERT(!read_progress_line("::progress 1.5"));
    CPPUNIT_ASSERT(!read_progress_line("::progress nan"));
    CPPUNIT_ASSERT(!read_progress_line("::progress"));
    CPPUNIT_ASSERT(!read_progress_line("progress 0.5"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RunnerTest);
