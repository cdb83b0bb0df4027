#include <cppunit/extensions/HelperMacros.h>
#include <fstream>

#include "base/text.hpp"
#include "text_repository.hpp"

using namespace lucie;
using universe::Universe;

namespace {

const char* packages =
    "Package: base\nEssential: yes\n\n"
    "Package: aa\nDepends: lib\n\n"
    "Package: bb\nConflicts: lib\n\n"
    "Package: lib\n\n"
    "Package: broken\nDepends: absent\n";

class RememberedTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RememberedTest);
  CPPUNIT_TEST(answers_come_back_without_the_indices);
  CPPUNIT_TEST(another_question_is_not_answered_by_them);
  CPPUNIT_TEST(a_changed_index_is_asked_anew);
  CPPUNIT_TEST(changed_contents_are_asked_anew);
  CPPUNIT_TEST(a_changed_priority_is_asked_anew);
  CPPUNIT_TEST(a_changed_origin_is_asked_anew);
  CPPUNIT_TEST(nothing_is_remembered_unless_wanted);
  CPPUNIT_TEST_SUITE_END();

  base::SilentReporter reporter_;

  Universe open(const TextRepository& repository, bool remember = true,
                const std::vector<config::PackageServer>& servers = {},
                const std::map<std::string, std::string>& origins = {}) {
    universe::OpenOptions options = repository.options();
    options.remember = remember;
    options.origins = origins;
    return universe::open_universe("test-1", servers.empty() ? std::vector{repository.server()} : servers,
                                   options, reporter_);
  }

  /// All that can be remembered, in words.
  static std::string answers(Universe& universe) {
    std::string text;
    const auto add = [&](const std::string& line) { text += line + "\n"; };
    for (const char* name : {"aa", "bb", "absent"}) {
      add(std::string(name) + (universe.offers(name) ? " offered" : "") +
          (universe.has_candidate(name) ? " candidate" : ""));
    }
    add("base: " + base::join(universe.base_set(), " "));
    for (const char* name : {"aa", "bb", "broken"}) {
      const universe::Closure& closure = universe.closure({name});
      std::string line = std::string(name) + (closure.installable ? ":" : " fails:");
      for (const std::string& one : closure.names) line += " " + one;
      for (const std::string& one : closure.excluded) line += " -" + one;
      for (const universe::Reason& reason : closure.reasons)
        line += " [" + std::to_string(static_cast<int>(reason.kind)) + "|" + reason.package + "|" +
                reason.dependency + "|" + reason.other + "|" + reason.text + "]";
      add(line);
    }
    for (const auto& pair : universe.compare_pairs({{{"aa"}, 0, 0}, {{"bb"}, 1, 0}}).exclusive) {
      add(std::to_string(pair.left) + " against " + std::to_string(pair.right));
      for (const universe::Reason& reason : pair.reasons) add(reason.text);
    }
    add("contents: " + universe.why_no_contents());
    add("/etc/x: " + base::join(universe.owners_of_file("/etc/x").packages, " "));
    add("tool: " + base::join(universe.owners_of_program("tool").packages, " "));
    add(universe.owners_of_file("/etc/passwd").always ? "passwd always" : "passwd not always");
    return text;
  }

  std::string answers_of(const TextRepository& repository, bool remember = true) {
    Universe universe = open(repository, remember);
    return answers(universe);
  }

  /// From now on the indices can be opened, but not be read.
  static void spoil_indices(const TextRepository& repository) {
    int spoilt = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(repository.options().cache)) {
      if (entry.path().extension() != ".solv") continue;
      std::ofstream(entry.path(), std::ios::trunc) << "spoilt";
      ++spoilt;
    }
    CPPUNIT_ASSERT(spoilt > 0);
  }

 public:
  void answers_come_back_without_the_indices() {
    const TextRepository repository(packages);
    repository.write_contents("etc/x a/aa\nusr/bin/tool b/bb\n");
    const std::string cold = answers_of(repository);
    CPPUNIT_ASSERT(cold.find("aa: aa base lib") != std::string::npos);
    CPPUNIT_ASSERT(cold.find("0 against 1") != std::string::npos);
    CPPUNIT_ASSERT(cold.find("tool: bb") != std::string::npos);
    CPPUNIT_ASSERT(cold.find("broken fails: [") != std::string::npos);
    spoil_indices(repository);
    CPPUNIT_ASSERT_EQUAL(cold, answers_of(repository));
  }
  void another_question_is_not_answered_by_them() {
    const TextRepository repository(packages);
    answers_of(repository);
    spoil_indices(repository);
    Universe universe = open(repository);
    CPPUNIT_ASSERT_THROW(universe.closure({"lib"}), EnvironmentError);
    // What cannot be read is not taken for an empty universe afterwards.
    CPPUNIT_ASSERT_THROW(universe.offers("lib"), EnvironmentError);
    CPPUNIT_ASSERT_THROW(universe.compare_pairs({{{"aa"}, 0, 0}, {{"lib"}, 1, 0}}), EnvironmentError);
  }
  void a_changed_index_is_asked_anew() {
    TextRepository repository(packages);
    const std::string before = answers_of(repository);
    repository.write("Package: base\nEssential: yes\n\nPackage: aa\n\nPackage: bb\n\nPackage: broken\n");
    const std::string after = answers_of(repository);
    CPPUNIT_ASSERT(after != before);
    CPPUNIT_ASSERT_EQUAL(answers_of(repository, false), after);
  }
  void changed_contents_are_asked_anew() {
    const TextRepository repository(packages);
    repository.write_contents("etc/x a/aa\n");
    CPPUNIT_ASSERT(answers_of(repository).find("/etc/x: aa\n") != std::string::npos);
    repository.write_contents("etc/x a/bb\n");
    CPPUNIT_ASSERT(answers_of(repository).find("/etc/x: bb\n") != std::string::npos);
  }
  void a_changed_priority_is_asked_anew() {
    const TextRepository one("Package: base\nEssential: yes\n\nPackage: aa\nDepends: lib\n\nPackage: lib\n"),
        other("Package: aa\n");
    const auto closure = [&](int priority) {
      config::PackageServer second = other.server(priority);
      second.name = "other";
      Universe universe = open(one, true, {one.server(), second});
      std::string text;
      for (const std::string& name : universe.closure({"aa"}).names) text += name + " ";
      return text;
    };
    CPPUNIT_ASSERT_EQUAL(std::string("aa base lib "), closure(400));
    CPPUNIT_ASSERT_EQUAL(std::string("aa base "), closure(600));
  }
  void a_changed_origin_is_asked_anew() {
    const TextRepository one("Package: base\nEssential: yes\n\nPackage: aa\nDepends: lib\n\nPackage: lib\n"),
        other("Package: aa\n");
    const auto closure = [&](const std::string& origin) {
      config::PackageServer second = other.server();
      second.name = "other";
      Universe universe = open(one, true, {one.server(), second}, {{"aa", origin}});
      return std::ranges::distance(universe.closure({"aa"}).names);
    };
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{3}, closure("text"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, closure("other"));
  }
  void nothing_is_remembered_unless_wanted() {
    const TextRepository repository(packages);
    answers_of(repository, false);
    CPPUNIT_ASSERT(!std::filesystem::exists(repository.options().cache / "proofs"));
    answers_of(repository, true);
    spoil_indices(repository);
    CPPUNIT_ASSERT_THROW(answers_of(repository, false), EnvironmentError);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RememberedTest);

}  // namespace
