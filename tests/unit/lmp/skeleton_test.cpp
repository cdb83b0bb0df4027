#include "lmp/skeleton.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/lmp.hpp"

using namespace lucie;

class SkeletonTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SkeletonTest);
  CPPUNIT_TEST(the_shipped_skeleton_is_an_lmp);
  CPPUNIT_TEST(a_skeleton_with_questions);
  CPPUNIT_TEST(wrong_names_and_taken_places);
  CPPUNIT_TEST(maintainer);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"skeleton-test"};
  const std::filesystem::path templates_ = std::filesystem::path(SOURCE_FOLDER) / "templates";

  std::filesystem::path make(const std::string& name) {
    return lmp::make_skeleton(name, "A Tester <tester@example.org>", templates_, folder_.path());
  }
  std::string refusal(const std::string& name) {
    try {
      make(name);
      return "made";
    } catch (const Error& error) {
      return error.what();
    }
  }

 public:
  void the_shipped_skeleton_is_an_lmp() {
    std::vector<Fault> faults;
    const metapackage::Lmp lmp = metapackage::read_lmp(make("my-lmp"), faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(faults));
    CPPUNIT_ASSERT_EQUAL(std::string("my-lmp"), lmp.name);
    CPPUNIT_ASSERT_EQUAL(std::string("A Tester <tester@example.org>"), lmp.maintainer);
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/my-lmp.conf"), lmp.files.at(0).path);
    CPPUNIT_ASSERT_EQUAL(std::string("50-my-lmp"), lmp.scripts.at(0).filename().string());
    CPPUNIT_ASSERT_EQUAL(std::string("my-lmp"), lmp.agents.at(0).filename().string());
  }
  void a_skeleton_with_questions() {
    std::vector<Fault> faults;
    const auto tree =
        lmp::make_skeleton("asking", "A Tester <tester@example.org>", templates_, folder_.path(), true);
    const metapackage::Lmp lmp = metapackage::read_lmp(tree, faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), render_faults(faults));
    std::string types;
    for (const auto& question : lmp.questions) {
      types += question.type + " ";
      CPPUNIT_ASSERT(question.fields.contains("description-ja.utf-8"));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("select string boolean "), types);
    CPPUNIT_ASSERT_EQUAL(std::string("quiet"), lmp.questions.at(0).standard);
    CPPUNIT_ASSERT((lmp.packages("debian-12", {{"extras", "true"}}) == std::vector<std::string>{"file"}));
    CPPUNIT_ASSERT(lmp.packages("debian-12", {{"extras", "false"}}).empty());
  }
  void wrong_names_and_taken_places() {
    const std::string taken = make("taken").string();
    CPPUNIT_ASSERT_EQUAL(taken + " is there already", refusal("taken"));
    CPPUNIT_ASSERT_EQUAL(std::string("'Big' is no name of an LMP"), refusal("Big"));
    CPPUNIT_ASSERT_EQUAL(std::string("'../x' is no name of an LMP"), refusal("../x"));
    CPPUNIT_ASSERT_EQUAL("'" + std::string(101, 'a') + "' is no name of an LMP",
                         refusal(std::string(101, 'a')));
    const auto entries = std::filesystem::directory_iterator(folder_.path());
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, std::distance(begin(entries), end(entries)));
  }
  void maintainer() {
    setenv("DEBFULLNAME", "A Tester", 1);
    setenv("DEBEMAIL", "tester@example.org", 1);
    CPPUNIT_ASSERT_EQUAL(std::string("A Tester <tester@example.org>"), lmp::maintainer_from_environment());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SkeletonTest);
