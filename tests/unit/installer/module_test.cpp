#include "installer/module.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

#include "base/files.hpp"
#include "base/process.hpp"

using namespace lucie;
using namespace lucie::installer;

class ModuleTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ModuleTest);
  CPPUNIT_TEST(a_description_is_read);
  CPPUNIT_TEST(what_is_left_out_has_its_meaning);
  CPPUNIT_TEST(wrong_descriptions_are_refused);
  CPPUNIT_TEST(later_folders_win_and_hooks_add_up);
  CPPUNIT_TEST(an_unknown_module_is_a_fault_with_the_nearest_name);
  CPPUNIT_TEST(a_program_that_does_not_describe_itself_is_a_fault);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"module-test"};

  void program(const std::string& name, const std::string& text = "#!/bin/sh\n") const {
    const auto file = folder_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    base::write_file(file, text, 0755);
  }

  static std::string refusal(const std::string& text) {
    try {
      description_from_json(text, "own");
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

 public:
  void a_description_is_read() {
    const Description read = description_from_json(
        R"({"version":1,"needs":["target"],"after":["base"],"produces":["data"],"weight":2.5,"timeout":60,"retries":2})",
        "own");
    CPPUNIT_ASSERT((read.needs == std::vector<std::string>{"target"}));
    CPPUNIT_ASSERT((read.after == std::vector<std::string>{"base"}));
    CPPUNIT_ASSERT((read.produces == std::vector<std::string>{"data"}));
    CPPUNIT_ASSERT(!read.waits_for_all && !read.holds_all);
    CPPUNIT_ASSERT_EQUAL(2.5, read.weight);
    CPPUNIT_ASSERT(read.time_limit == std::chrono::seconds(60));
    CPPUNIT_ASSERT_EQUAL(2, read.retries);
  }
  void what_is_left_out_has_its_meaning() {
    const Description silent = description_from_json("{}", "own");
    CPPUNIT_ASSERT(silent.waits_for_all && silent.holds_all);
    CPPUNIT_ASSERT(silent.time_limit == std::chrono::hours(1));
    CPPUNIT_ASSERT(!description_from_json(R"({"needs":[]})", "own").waits_for_all);
    CPPUNIT_ASSERT(!description_from_json(R"({"produces":[]})", "own").holds_all);
  }
  void wrong_descriptions_are_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("module 'own': its description is wrong: unknown key 'need'"),
                         refusal(R"({"need":["target"]})"));
    CPPUNIT_ASSERT_EQUAL(std::string("module 'own': its description is wrong: it is not a JSON object"),
                         refusal("[]"));
    CPPUNIT_ASSERT_EQUAL(std::string("module 'own': its description is wrong: its version is not 1"),
                         refusal(R"({"version":2})"));
    CPPUNIT_ASSERT(refusal("hello").starts_with("module 'own': its description is wrong: "));
    CPPUNIT_ASSERT(refusal(R"({"needs":"target"})").starts_with("module 'own': its description is wrong: "));
    CPPUNIT_ASSERT(refusal(R"({"timeout":0})").ends_with("timeout must be more than 0"));
  }
  void later_folders_win_and_hooks_add_up() {
    program("shipped/init");
    program("shipped/mount");
    program("brought/lmp-a/mount");
    program("brought/lmp-a/init.before");
    program("brought/modules.d/init");
    program("brought/zoo/init");
    program("brought/init.before");
    program("brought/init.after");
    std::vector<Fault> faults;
    const auto found =
        find_modules({"init", "mount"}, {folder_.path() / "shipped", folder_.path() / "brought"}, faults);
    CPPUNIT_ASSERT(faults.empty());
    CPPUNIT_ASSERT_EQUAL(std::string(folder_.path() / "brought/modules.d/init"), found[0].program.string());
    CPPUNIT_ASSERT_EQUAL(std::string(folder_.path() / "brought/lmp-a/mount"), found[1].program.string());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found[0].before.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found[0].after.size());
  }
  void an_unknown_module_is_a_fault_with_the_nearest_name() {
    program("shipped/partition");
    program("shipped/partition.before");
    std::vector<Fault> faults;
    CPPUNIT_ASSERT(find_modules({"partiton"}, {folder_.path() / "shipped"}, faults).empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults.size());
    CPPUNIT_ASSERT_EQUAL(std::string("there is no module 'partiton'"), faults[0].message);
    CPPUNIT_ASSERT_EQUAL(std::string("did you mean 'partition'?"), faults[0].hint);
  }
  void a_program_that_does_not_describe_itself_is_a_fault() {
    program("shipped/own", "#!/bin/sh\nexit 4\n");
    std::vector<Fault> faults;
    auto found = find_modules({"own"}, {folder_.path() / "shipped"}, faults);
    describe_modules(found, {}, faults);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults.size());
    CPPUNIT_ASSERT(faults[0].message.find("exit status 4") != std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ModuleTest);
