#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>

#include "lmp_tree.hpp"
#include "metapackage/relations.hpp"
#include "text_repository.hpp"

using namespace lucie;
using namespace lucie::metapackage;

namespace {

const char* packages =
    "Package: base-files\nEssential: yes\nPriority: required\n\n"
    "Package: editor\n\n"
    "Package: either\nDepends: left | right\n\n"
    "Package: left\n\nPackage: right\n\n"
    "Package: no-left\nConflicts: left\n\n"
    "Package: no-right\nConflicts: right\n\n";

std::string list(const std::string& target, const std::string& wanted, const std::string& when = {}) {
  return "define package_list{\n target " + target + "\n" + (when.empty() ? "" : " when " + when + "\n") +
         " packages " + wanted + "\n}\n";
}

}  // namespace

/// Several targets, whose universes are asked side by side. A build with -Db_sanitize=thread tells of all
/// that is not safe in that; others fail only now and then.
class TargetsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TargetsTest);
  CPPUNIT_TEST(each_target_with_a_universe_of_its_own);
  CPPUNIT_TEST(targets_that_share_a_universe);
  CPPUNIT_TEST_SUITE_END();

  static constexpr int targets_ = 6;
  LmpTrees trees_;

  /// 'aa' has more answers than are tried together, 'bb' excludes some of them, in every target.
  Proof prove_in(const Universes& universes) {
    std::string of_aa, of_bb, questions;
    for (int number = 0; number < 10; ++number)
      questions += fmt::format("Template: lmp-aa/q{}\nType: boolean\nDescription: d\n\n", number);
    for (int target = 0; target < targets_; ++target) {
      const std::string name = fmt::format("test-{}", target);
      for (int number = 0; number < 10; ++number) {
        const char* const wanted = number == 0 ? "no-left" : number == 1 ? "no-right" : "editor";
        of_aa += list(name, wanted, fmt::format("q{}", number));
      }
      of_bb += list(name, "either");
    }
    trees_.manifest("aa", of_aa);
    trees_.write("aa/debconf/templates", questions);
    trees_.manifest("bb", of_bb);
    std::vector<Fault> faults;
    const std::vector<Lmp> lmps = trees_.read(faults);
    CPPUNIT_ASSERT_EQUAL(std::string(), trees_.shown(faults));
    return prove(lmps, universes, {});
  }
  void all_is_found(const Proof& proof) {
    const std::string warnings = trees_.shown(proof.warnings);
    for (int target = 0; target < targets_; ++target) {
      const std::string warning =
          fmt::format("'aa' and 'bb' can be answered in more than 256 ways in test-{}:", target);
      const auto place = warnings.find(warning);
      CPPUNIT_ASSERT_MESSAGE(warning + "\n" + warnings, place != std::string::npos);
      CPPUNIT_ASSERT_MESSAGE(warnings, warnings.find(warning, place + 1) == std::string::npos);
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, proof.relations.size());
    CPPUNIT_ASSERT_EQUAL(std::string("aa/q0 and aa/q1"), proof.relations[0].when);
    CPPUNIT_ASSERT_EQUAL(std::string(), proof.relations[0].target);
  }

 public:
  void each_target_with_a_universe_of_its_own() {
    std::map<std::string, TextRepository> repositories;
    std::map<std::string, universe::Universe> universes;
    for (int target = 0; target < targets_; ++target) {
      const std::string name = fmt::format("test-{}", target);
      universes.emplace(name, repositories.try_emplace(name, packages).first->second.open());
    }
    all_is_found(
        prove_in([&](const std::string& target) -> universe::Universe& { return universes.at(target); }));
  }
  void targets_that_share_a_universe() {
    const TextRepository repository(packages);
    universe::Universe universe = repository.open();
    all_is_found(prove_in([&](const std::string&) -> universe::Universe& { return universe; }));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetsTest);
