#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "text_repository.hpp"

using namespace lucie;
using Names = std::vector<std::string>;

namespace {

std::string closure(const std::string& packages, const Names& names) {
  const universe::Verdict verdict = TextRepository(packages).open().solve(names);
  return verdict.installable ? shown(verdict.packages) : chain(verdict);
}

}  // namespace

class SolverTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SolverTest);
  CPPUNIT_TEST(newest_version_is_taken);
  CPPUNIT_TEST(higher_priority_of_a_server_beats_the_version);
  CPPUNIT_TEST(wanted_version_is_taken);
  CPPUNIT_TEST(first_alternative_is_preferred_whatever_its_name);
  CPPUNIT_TEST(second_alternative_is_taken_when_the_first_cannot_be);
  CPPUNIT_TEST(provider_of_higher_priority_is_preferred);
  CPPUNIT_TEST(provider_that_is_wanted_anyway_is_enough);
  CPPUNIT_TEST(base_set_is_always_there);
  CPPUNIT_TEST(recommends_are_left_out);
  CPPUNIT_TEST(own_virtual_name_is_no_conflict);
  CPPUNIT_TEST(versioned_provides_meet_versioned_depends_only);
  CPPUNIT_TEST(multi_arch_any_is_met);
  CPPUNIT_TEST(other_architectures_are_not_offered);
  CPPUNIT_TEST(virtual_name_can_be_wanted);
  CPPUNIT_TEST(alternatives_can_be_wanted);
  CPPUNIT_TEST(wrong_spelling_is_an_error);
  CPPUNIT_TEST(names_and_candidates_are_told);
  CPPUNIT_TEST(excluded_names_are_real_packages);
  CPPUNIT_TEST_SUITE_END();

 public:
  void newest_version_is_taken() {
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1.10"), closure("Package: aa\nVersion: 1.9\n\nPackage: aa\n"
                                                         "Version: 1.10\n\nPackage: aa\nVersion: 1.10~rc1",
                                                         {"aa"}));
  }
  void higher_priority_of_a_server_beats_the_version() {
    const TextRepository low("Package: aa\nVersion: 2"), high("Package: aa\nVersion: 1");
    base::SilentReporter reporter;
    const auto universe =
        universe::open_universe("test-1", {low.server(), high.server(900)}, low.options(), reporter);
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1"), shown(universe.solve({"aa"}).packages));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), universe.candidate("aa")->version);
    CPPUNIT_ASSERT_EQUAL(std::string("aa 2"), shown(universe.solve({"aa=2"}).packages));
  }
  void wanted_version_is_taken() {
    const std::string packages =
        "Package: aa\nVersion: 1\n\nPackage: aa\nVersion: 2\n\nPackage: aa\nVersion: 3";
    CPPUNIT_ASSERT_EQUAL(std::string("aa 2"), closure(packages, {"aa=2"}));
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1"), closure(packages, {"aa (<< 2)"}));
    CPPUNIT_ASSERT_EQUAL(std::string("aa 3"), closure(packages, {"aa (>= 2)"}));
    CPPUNIT_ASSERT_EQUAL(std::string("aa (>> 3) was asked for, but no package provides it (there is aa 3)\n"),
                         closure(packages, {"aa (>> 3)"}));
  }
  void first_alternative_is_preferred_whatever_its_name() {
    const std::string packages = "Package: xx\n\nPackage: yy\n\nPackage: zz\n\n";
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, zz 1"),
                         closure(packages + "Package: aa\nDepends: zz | yy | xx", {"aa"}));
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, xx 1"),
                         closure(packages + "Package: aa\nDepends: xx | yy | zz", {"aa"}));
  }
  void second_alternative_is_taken_when_the_first_cannot_be() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("aa 1, yy 1"),
        closure("Package: aa\nDepends: xx | yy\n\nPackage: xx\nDepends: gone\n\nPackage: yy", {"aa"}));
  }
  void provider_of_higher_priority_is_preferred() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("aa 1, zz 1"),
        closure("Package: aa\nDepends: mail\n\nPackage: bb\nProvides: mail\nPriority: optional\n\n"
                "Package: zz\nProvides: mail\nPriority: important\n\nPackage: yy\nProvides: mail",
                {"aa"}));
  }
  void provider_that_is_wanted_anyway_is_enough() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("aa 1, bb 1"),
        closure("Package: aa\nDepends: cc | bb\n\nPackage: bb\n\nPackage: cc", {"bb", "aa"}));
  }
  void base_set_is_always_there() {
    const std::string packages =
        "Package: shell\nEssential: yes\nDepends: lib\n\nPackage: lib\n\nPackage: tool\nPriority: "
        "required\n\n"
        "Package: tool\nPriority: required\nVersion: 2\n\nPackage: aa";
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, lib 1, shell 1, tool 2"), closure(packages, {"aa"}));
    CPPUNIT_ASSERT_EQUAL(std::string("lib 1, shell 1, tool 2"), closure(packages, {}));
    CPPUNIT_ASSERT((Names{"shell", "tool"}) == TextRepository(packages).open().base_set());
  }
  void recommends_are_left_out() {
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1"),
                         closure("Package: aa\nRecommends: bb\nSuggests: bb\n\nPackage: bb", {"aa"}));
  }
  void own_virtual_name_is_no_conflict() {
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1"),
                         closure("Package: aa\nProvides: mail\nConflicts: mail", {"aa"}));
  }
  void versioned_provides_meet_versioned_depends_only() {
    const std::string packages = "Package: aa\nDepends: api (= 2)\n\nPackage: bb\nProvides: api\n\n";
    CPPUNIT_ASSERT(!TextRepository(packages).open().solve({"aa"}).installable);
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, cc 1"),
                         closure(packages + "Package: cc\nProvides: api (= 2)", {"aa"}));
  }
  void multi_arch_any_is_met() {
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, python3 1"),
                         closure("Package: aa\nDepends: python3:any (>= 1)\n\nPackage: python3\n"
                                 "Architecture: amd64\nMulti-Arch: allowed",
                                 {"aa"}));
  }
  void other_architectures_are_not_offered() {
    const auto universe = TextRepository("Package: aa\nArchitecture: arm64").open();
    CPPUNIT_ASSERT(!universe.offers("aa"));
    CPPUNIT_ASSERT(!universe.solve({"aa"}).installable);
  }
  void virtual_name_can_be_wanted() {
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1"), closure("Package: aa\nProvides: mail", {"mail"}));
    // A real package of that name is what is meant, not one that provides it.
    CPPUNIT_ASSERT_EQUAL(std::string("mail 1"),
                         closure("Package: aa\nProvides: mail\n\nPackage: mail", {"mail"}));
  }
  void alternatives_can_be_wanted() {
    const std::string packages = "Package: aa\n\nPackage: bb\n\nPackage: cc\nConflicts: bb";
    CPPUNIT_ASSERT_EQUAL(std::string("bb 1"), closure(packages, {"bb | aa"}));
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1, cc 1"), closure(packages, {"bb | aa", "cc"}));
  }
  void wrong_spelling_is_an_error() {
    const auto universe = TextRepository("Package: aa").open();
    for (const char* wrong : {"", "a b", "aa (1)", "aa (>= )", "aa (> 1", "aa | ", "aa="})
      CPPUNIT_ASSERT_THROW_MESSAGE(wrong, universe.solve({wrong}), Error);
  }
  void names_and_candidates_are_told() {
    const auto universe =
        TextRepository("Package: bb\nProvides: mail\n\nPackage: aa\nVersion: 1\n\nPackage: aa\nVersion: 2")
            .open();
    CPPUNIT_ASSERT((Names{"aa", "bb"}) == universe.names());
    CPPUNIT_ASSERT_EQUAL(std::string("2"), universe.candidate("aa")->version);
    CPPUNIT_ASSERT(universe.offers("mail"));
    CPPUNIT_ASSERT(!universe.candidate("mail"));
    CPPUNIT_ASSERT(!universe.offers("cc"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, universe.size());
    CPPUNIT_ASSERT_EQUAL(std::string("p.deb"), universe.candidate("bb")->file);
    CPPUNIT_ASSERT_EQUAL(std::string(64, 'a'), universe.candidate("bb")->sha256);
  }
  void excluded_names_are_real_packages() {
    auto universe = TextRepository(
                        "Package: shell\nEssential: yes\nConflicts: oldshell\n\nPackage: oldshell\n\n"
                        "Package: aa\nProvides: mail\nConflicts: mail, gone, late (<< 2)\nBreaks: broken\n\n"
                        "Package: bb\nProvides: mail\n\nPackage: broken\n\nPackage: late")
                        .open();
    CPPUNIT_ASSERT((Names{"bb", "broken"}) == universe.closure({"aa"}).excluded);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SolverTest);
