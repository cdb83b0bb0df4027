#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>
#include <random>
#include <set>

#include "text_repository.hpp"

using namespace lucie;
using Names = std::vector<std::string>;
using universe::ComparedPairs;
using universe::WantedList;

namespace {

/// Each name is a list of its own.
std::vector<WantedList> lists_of(const Names& names) {
  std::vector<WantedList> lists;
  for (const std::string& name : names) lists.push_back({{name}, lists.size()});
  return lists;
}

std::string shown(const ComparedPairs& compared, const std::vector<WantedList>& lists) {
  std::string text;
  for (const auto& pair : compared.exclusive)
    text += fmt::format("{} x {}\n", lists[pair.left].names[0], lists[pair.right].names[0]);
  for (const auto& [left, right] : compared.contested)
    text += fmt::format("{} ~ {}\n", lists[left].names[0], lists[right].names[0]);
  return text;
}

std::string compared(const std::string& packages, const Names& names) {
  auto universe = TextRepository(packages).open();
  const auto lists = lists_of(names);
  return shown(universe.compare_pairs(lists), lists);
}

Names together(const WantedList& left, const WantedList& right) {
  Names both = left.names;
  both.insert(both.end(), right.names.begin(), right.names.end());
  return both;
}

/// A universe of few packages that need and exclude each other in all the ways that there are.
class RandomUniverse {
 public:
  explicit RandomUniverse(unsigned seed) : random_(seed) {}

  std::string packages() {
    std::string text = "Package: base\nEssential: yes\nDepends: " + alternatives() + "\n\n";
    for (int number = 0; number < 14; ++number) {
      for (int version = 1; version <= (below(5) == 0 ? 2 : 1); ++version) {
        text += fmt::format("Package: {}\nVersion: {}\n", name(number), version);
        if (below(3) != 0)
          text += "Depends: " + alternatives() + (below(3) == 0 ? ", " + alternatives() : "") + "\n";
        if (below(4) == 0) text += "Conflicts: " + alternative() + "\n";
        if (below(6) == 0) text += fmt::format("Breaks: {} (<< 2)\n", name(below(14)));
        if (below(4) == 0) text += fmt::format("Provides: virtual{}\n", below(3));
        if (below(8) == 0) text += fmt::format("Replaces: {0}\nConflicts: {0}\n", name(below(14)));
        text += "\n";
      }
    }
    return text;
  }

  std::vector<WantedList> lists() {
    std::vector<WantedList> lists;
    for (std::size_t owner = 0; owner < 9; ++owner) {
      std::set<std::string> names;
      for (int count = below(3); count >= 0; --count) names.insert(name(below(14)));
      lists.push_back({{names.begin(), names.end()}, owner});
    }
    return lists;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  static std::string name(int number) { return fmt::format("p{:02}", number); }
  std::string alternative() { return below(4) == 0 ? fmt::format("virtual{}", below(3)) : name(below(14)); }
  std::string alternatives() {
    std::string text = alternative();
    for (int more = below(3); more > 0; --more) text += " | " + alternative();
    return text;
  }

  std::mt19937 random_;
};

}  // namespace

class CompareTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CompareTest);
  CPPUNIT_TEST(lists_that_fit);
  CPPUNIT_TEST(what_both_bring_excludes_each_other);
  CPPUNIT_TEST(fits_when_chosen_otherwise);
  CPPUNIT_TEST(excludes_whatever_is_chosen);
  CPPUNIT_TEST(chains_are_told_once_for_all);
  CPPUNIT_TEST(answers_of_one_owner);
  CPPUNIT_TEST(versions_of_one_package);
  CPPUNIT_TEST(hundreds_that_exclude_each_other);
  CPPUNIT_TEST(agrees_with_the_solver_about_every_pair);
  CPPUNIT_TEST_SUITE_END();

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void lists_that_fit() {
    same("",
         compared("Package: aa\nDepends: lib\n\nPackage: bb\nDepends: lib\n\nPackage: lib", {"aa", "bb"}));
  }
  void what_both_bring_excludes_each_other() {
    same("aa x bb\naa x role\n",
         compared("Package: aa\nDepends: deep\n\nPackage: deep\nConflicts: bb, role\n\nPackage: bb\n\n"
                  "Package: role",
                  {"aa", "bb", "role"}));
  }
  void fits_when_chosen_otherwise() {
    // Alone, aa takes xx; beside bb, which excludes it, yy.
    same("aa ~ bb\n", compared("Package: aa\nDepends: xx | yy\n\nPackage: xx\n\nPackage: yy\n\n"
                               "Package: bb\nConflicts: xx\n\nPackage: cc",
                               {"aa", "bb", "cc"}));
  }
  void excludes_whatever_is_chosen() {
    same("aa x bb\n", compared("Package: aa\nDepends: xx | yy\n\nPackage: xx\n\nPackage: yy\n\n"
                               "Package: bb\nConflicts: xx, yy",
                               {"aa", "bb"}));
  }
  void chains_are_told_once_for_all() {
    auto universe = TextRepository(
                        "Package: aa\nDepends: deep\n\nPackage: deep\nConflicts: role\n\n"
                        "Package: bb\nProvides: role\nConflicts: deep\n\nPackage: more")
                        .open();
    const auto found =
        universe.compare_pairs({{{"aa", "more"}, 0}, {{"bb"}, 1}, {{"bb", "more"}, 2}}).exclusive;
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found.size());
    for (const auto& pair : found) {
      std::string chain;
      for (const auto& reason : pair.reasons) chain += reason.text + "\n";
      same("aa was asked for\naa 1 depends on deep\nbb was asked for\nbb 1 conflicts with deep 1\n", chain);
    }
  }
  void answers_of_one_owner() {
    auto universe = TextRepository("Package: aa\nConflicts: bb, cc\n\nPackage: bb\n\nPackage: cc").open();
    const std::vector<WantedList> lists = {{{"bb"}, 0}, {{"aa"}, 0, 1}, {{"bb"}, 0, 1}, {{"cc"}, 0, 2}};
    same("aa x cc\n", shown(universe.compare_pairs(lists), lists));
  }
  void versions_of_one_package() {
    auto universe = TextRepository("Package: aa\nVersion: 1\n\nPackage: aa\nVersion: 2").open();
    const auto lists = lists_of({"aa=1", "aa", "aa (>= 2)"});
    same("aa=1 x aa (>= 2)\naa=1 ~ aa\n", shown(universe.compare_pairs(lists), lists));
  }
  void hundreds_that_exclude_each_other() {
    // 300 of which each excludes all others, 200 that need one of two and 200 that exclude both, 100 that
    // take the second when the first is excluded, and 200 that have nothing to do with it.
    std::string packages = "Package: one\n\nPackage: two\n\n";
    Names names;
    const auto add = [&](const char* kind, int count, const std::string& fields) {
      for (int number = 0; number < count; ++number) {
        names.push_back(fmt::format("{}{:03}", kind, number));
        packages += "Package: " + names.back() + "\n" + fields + "\n";
      }
    };
    add("alone", 300, "Provides: role\nConflicts: role\n");
    add("either", 200, "Depends: one | two\n");
    add("neither", 200, "Conflicts: one, two\n");
    add("notone", 100, "Conflicts: one\n");
    add("free", 200, "");
    auto universe = TextRepository(packages).open();
    const ComparedPairs found = universe.compare_pairs(lists_of(names));
    CPPUNIT_ASSERT_EQUAL(std::size_t{300 * 299 / 2 + 200 * 200}, found.exclusive.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{200 * 100}, found.contested.size());
    const bool all = std::ranges::all_of(found.exclusive, [](const auto& pair) {
      return pair.reasons.size() >= 3 && pair.reasons.back().kind == universe::Reason::Kind::conflicts;
    });
    CPPUNIT_ASSERT(all);
  }
  void agrees_with_the_solver_about_every_pair() {
    std::size_t exclusive = 0, contested = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
      RandomUniverse random(seed);
      auto universe = TextRepository(random.packages()).open();
      auto lists = random.lists();
      std::erase_if(lists, [&](const WantedList& list) { return !universe.solve(list.names).installable; });
      const ComparedPairs found = universe.compare_pairs(lists);
      for (std::size_t left = 0; left < lists.size(); ++left) {
        for (std::size_t right = left + 1; right < lists.size(); ++right) {
          const bool fits = universe.solve(together(lists[left], lists[right])).installable;
          const bool said = std::ranges::any_of(found.exclusive, [&](const auto& pair) {
            return pair.left == left && pair.right == right && !pair.reasons.empty();
          });
          CPPUNIT_ASSERT_EQUAL_MESSAGE(fmt::format("seed {}, lists {} and {}", seed, left, right), !fits,
                                       said);
        }
      }
      exclusive += found.exclusive.size();
      contested += found.contested.size();
    }
    CPPUNIT_ASSERT(exclusive > 100 && contested > 20);  // there was something to agree about
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompareTest);
