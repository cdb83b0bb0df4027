#include <cppunit/extensions/HelperMacros.h>

#include "text_repository.hpp"

using namespace lucie;
using Names = std::vector<std::string>;
using Kind = universe::Reason::Kind;

/// Whole chains are compared, so that a change of their wording or order is seen.
class ReasonsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ReasonsTest);
  CPPUNIT_TEST(conflict_with_a_virtual_name);
  CPPUNIT_TEST(conflict_at_the_end_of_a_chain);
  CPPUNIT_TEST(conflict_with_versions);
  CPPUNIT_TEST(two_versions_of_one_package);
  CPPUNIT_TEST(dependency_that_nothing_provides);
  CPPUNIT_TEST(every_alternative_is_explained);
  CPPUNIT_TEST(several_versions_are_told_once);
  CPPUNIT_TEST(conflict_with_the_base_set);
  CPPUNIT_TEST(all_unknown_names_are_told);
  CPPUNIT_TEST(links_carry_their_packages);
  CPPUNIT_TEST_SUITE_END();

  static void check(const std::string& packages, const Names& names, const std::string& expected) {
    const universe::Verdict verdict = TextRepository(packages).open().solve(names);
    CPPUNIT_ASSERT(!verdict.installable);
    CPPUNIT_ASSERT(verdict.packages.empty());
    CPPUNIT_ASSERT_EQUAL(expected, chain(verdict));
  }

 public:
  void conflict_with_a_virtual_name() {
    check(
        "Package: chrony\nVersion: 4.3-2\nProvides: time-daemon\nConflicts: time-daemon\n\n"
        "Package: ntpsec\nVersion: 1.2.2\nProvides: time-daemon\nConflicts: time-daemon",
        {"chrony", "ntpsec"},
        "chrony was asked for\n"
        "ntpsec was asked for\n"
        "chrony 4.3-2 conflicts with time-daemon, provided by ntpsec 1.2.2\n");
  }
  void conflict_at_the_end_of_a_chain() {
    check(
        "Package: web\nDepends: server (>= 2)\n\nPackage: server\nVersion: 2.4\nDepends: library\n\n"
        "Package: library\n\nPackage: mail\nDepends: queue\n\nPackage: queue\nConflicts: library",
        {"web", "mail"},
        "web was asked for\n"
        "web 1 depends on server (>= 2)\n"
        "server 2.4 depends on library\n"
        "mail was asked for\n"
        "mail 1 depends on queue\n"
        "queue 1 conflicts with library 1\n");
  }
  void conflict_with_versions() {
    check("Package: aa\nBreaks: bb (<< 2)\n\nPackage: bb\nVersion: 1.5", {"aa", "bb"},
          "aa was asked for\n"
          "bb was asked for\n"
          "aa 1 conflicts with bb (<< 2): bb 1.5\n");
  }
  void two_versions_of_one_package() {
    check(
        "Package: aa\nDepends: lib (= 1)\n\nPackage: bb\nDepends: lib (= 2)\n\nPackage: lib\nVersion: 1\n\n"
        "Package: lib\nVersion: 2",
        {"aa", "bb"},
        "aa was asked for\n"
        "aa 1 depends on lib (= 1)\n"
        "bb was asked for\n"
        "bb 1 depends on lib (= 2)\n"
        "lib 2 and lib 1 cannot be installed together: they are versions of one package\n");
  }
  void dependency_that_nothing_provides() {
    check("Package: aa\nDepends: bb\n\nPackage: bb\nDepends: cc (>= 2)\n\nPackage: cc\nVersion: 1.1", {"aa"},
          "aa was asked for\n"
          "aa 1 depends on bb\n"
          "bb 1 depends on cc (>= 2), but no package provides it (there is cc 1.1)\n");
  }
  void every_alternative_is_explained() {
    check(
        "Package: aa\nDepends: xx | yy\n\nPackage: xx\nDepends: gone\n\nPackage: yy\nConflicts: zz\n\n"
        "Package: zz",
        {"aa", "zz"},
        "aa was asked for\n"
        "aa 1 depends on xx | yy, provided by xx 1 or yy 1\n"
        "xx 1 depends on gone, but no package provides it\n"
        "zz was asked for\n"
        "yy 1 conflicts with zz 1\n");
  }
  void several_versions_are_told_once() {
    check(
        "Package: aa\nVersion: 1\nDepends: gone\n\nPackage: aa\nVersion: 2\nDepends: gone\n\n"
        "Package: aa\nVersion: 1.5\nDepends: gone",
        {"aa"},
        "aa was asked for\n"
        "aa 2 depends on gone, but no package provides it\n");
  }
  void conflict_with_the_base_set() {
    check("Package: shell\nEssential: yes\n\nPackage: aa\nConflicts: shell", {"aa"},
          "aa was asked for\n"
          "the base set contains shell\n"
          "aa 1 conflicts with shell 1\n");
  }
  void all_unknown_names_are_told() {
    check("Package: aa\nVersion: 3", {"bb", "aa (= 4)", "aa"},
          "bb was asked for, but no package provides it\n"
          "aa (= 4) was asked for, but no package provides it (there is aa 3)\n");
  }
  void links_carry_their_packages() {
    const auto reasons = TextRepository(
                             "Package: aa\nDepends: mail\n\nPackage: bb\nProvides: mail\n\n"
                             "Package: cc\nVersion: 2-1\nConflicts: mail")
                             .open()
                             .solve({"aa", "cc"})
                             .reasons;
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, reasons.size());
    CPPUNIT_ASSERT(reasons[0].kind == Kind::requested);
    CPPUNIT_ASSERT_EQUAL(std::string("aa"), reasons[0].dependency);
    CPPUNIT_ASSERT(reasons[1].kind == Kind::depends);
    CPPUNIT_ASSERT_EQUAL(std::string("aa-1.all"), reasons[1].package);
    CPPUNIT_ASSERT_EQUAL(std::string("mail"), reasons[1].dependency);
    CPPUNIT_ASSERT_EQUAL(std::string("aa 1 depends on mail, provided by bb 1"), reasons[1].text);
    CPPUNIT_ASSERT(reasons[3].kind == Kind::conflicts);
    CPPUNIT_ASSERT_EQUAL(std::string("cc-2-1.all"), reasons[3].package);
    CPPUNIT_ASSERT_EQUAL(std::string("bb-1.all"), reasons[3].other);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReasonsTest);
