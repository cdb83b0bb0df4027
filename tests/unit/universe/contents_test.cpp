#include "universe/contents.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "text_repository.hpp"

using namespace lucie;
using universe::Contents;
using universe::Owners;

namespace {

const char* packages = "Package: base\nEssential: yes\n\nPackage: aa\n\nPackage: bb\n";
const char* listed =
    "This text stands before the list.\n"
    "FILE                       LOCATION\n"
    "bin/aa                     utils/aa\n"
    "etc/with blanks in it      non-free/utils/aa,utils/bb\n"
    "usr/bin/awk                utils/bb\n"
    "usr/share/doc/aa/copyright utils/aa\n"
    "./usr/sbin/dotted          utils/bb\n";

std::string shown(const Owners& owners) {
  return (owners.always ? "always " : "") + base::join(owners.packages, " ");
}

}  // namespace

class ContentsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ContentsTest);
  CPPUNIT_TEST(files_and_programs);
  CPPUNIT_TEST(what_no_index_knows);
  CPPUNIT_TEST(no_index_is_no_failure);
  CPPUNIT_TEST(a_changed_index_is_refused);
  CPPUNIT_TEST(the_old_one_is_used_when_the_new_one_cannot_be_had);
  CPPUNIT_TEST(fetched_beside_the_packages);
  CPPUNIT_TEST(what_cannot_be_fetched_beside_the_packages);
  CPPUNIT_TEST(packages_of_other_servers_are_unknown);
  CPPUNIT_TEST(additional_servers_and_origins);
  CPPUNIT_TEST_SUITE_END();

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

  /// A Release file for what lies there, with the Contents' hash as given.
  static void release(const TextRepository& repository, const std::string& contents_hash) {
    const std::string index = base::read_file(repository.path() / "Packages");
    const std::string contents = base::read_file(repository.path() / "Contents-amd64");
    base::write_file(repository.path() / "Release",
                     "SHA256:\n " + base::sha256_hex(index) + " " + std::to_string(index.size()) +
                         " Packages\n " + contents_hash + " " + std::to_string(contents.size()) +
                         " Contents-amd64\n");
  }

 public:
  void files_and_programs() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    universe::Universe universe = repository.open();
    const Contents& contents = universe.contents();
    CPPUNIT_ASSERT(contents.available());
    same("aa", shown(contents.file("/bin/aa")));
    same("aa", shown(contents.file("/usr/bin/aa")));
    same("aa", shown(contents.program("aa")));
    same("bb", shown(contents.program("dotted")));
    same("aa bb", shown(contents.file("/etc/with blanks in it")));
    same("", shown(contents.file("/etc/with")));
    same("", shown(contents.file("/usr/share/doc/aa/copyright")));
    CPPUNIT_ASSERT(contents.program("absent").none());
  }
  void what_no_index_knows() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    universe::Universe universe = repository.open();
    same("always ", shown(universe.contents().file("/etc/hosts")));
    same("openssh-server", shown(universe.contents().file("/etc/ssh/sshd_config")));
    same("bb gawk mawk original-awk", shown(universe.contents().program("awk")));
  }
  void no_index_is_no_failure() {
    const TextRepository repository(packages);
    universe::Universe universe = repository.open();
    CPPUNIT_ASSERT(!universe.contents().available());
    same("its package servers have no Contents index", universe.contents().why_missing());
  }
  void a_changed_index_is_refused() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    release(repository, std::string(64, 'b'));
    universe::Universe universe = repository.open();
    CPPUNIT_ASSERT(!universe.contents().available());
    const std::string why = universe.contents().why_missing();
    CPPUNIT_ASSERT_MESSAGE(why, why.find("package server 'text'") != std::string::npos &&
                                    why.find(std::string(64, 'b')) != std::string::npos);
  }
  void the_old_one_is_used_when_the_new_one_cannot_be_had() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    release(repository, base::sha256_hex(listed));
    {
      universe::Universe first = repository.open();
      same("aa", shown(first.contents().program("aa")));
    }
    release(repository, std::string(64, 'b'));
    universe::Universe second = repository.open();
    same("aa", shown(second.contents().program("aa")));
    // And a new one takes its place.
    repository.write_contents("usr/bin/aa x/bb\n");
    release(repository, base::sha256_hex("usr/bin/aa x/bb\n"));
    universe::Universe third = repository.open();
    CPPUNIT_ASSERT(third.identity() != second.identity());
    same("bb", shown(third.contents().program("aa")));
  }
  /// Opened so that its Contents are fetched too.
  static universe::Universe open_with_contents(const TextRepository& repository) {
    static base::SilentReporter reporter;
    universe::OpenOptions options = repository.options();
    options.with_contents = true;
    return universe::open_universe("test-1", {repository.server()}, options, reporter);
  }
  void fetched_beside_the_packages() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    release(repository, base::sha256_hex(listed));
    {
      universe::Universe universe = open_with_contents(repository);
      // It is in the cache already.
      std::filesystem::remove(repository.path() / "Contents-amd64");
      same("aa", shown(universe.contents().program("aa")));
    }
    universe::Universe again = open_with_contents(repository);
    same("aa", shown(again.contents().program("aa")));
  }
  void what_cannot_be_fetched_beside_the_packages() {
    const TextRepository repository(packages);
    repository.write_contents(listed);
    release(repository, std::string(64, 'b'));
    universe::Universe universe = open_with_contents(repository);
    CPPUNIT_ASSERT(universe.offers("aa"));
    CPPUNIT_ASSERT(!universe.contents().available());
    // What is right meanwhile is had when it is asked for.
    release(repository, base::sha256_hex(listed));
    universe::Universe again = open_with_contents(repository);
    same("aa", shown(again.contents().program("aa")));
  }
  void packages_of_other_servers_are_unknown() {
    const TextRepository with(packages), without("Package: cc\n\nPackage: aa\n");
    with.write_contents(listed);
    config::PackageServer other = without.server();
    other.name = "other";
    base::SilentReporter reporter;
    universe::Universe universe =
        universe::open_universe("test-1", {with.server(), other}, with.options(), reporter);
    CPPUNIT_ASSERT(universe.contents().available());
    CPPUNIT_ASSERT(universe.files_unknown("cc"));
    CPPUNIT_ASSERT(!universe.files_unknown("aa"));
    CPPUNIT_ASSERT(!universe.files_unknown("absent"));
  }
  void additional_servers_and_origins() {
    const TextRepository first("Package: base\nEssential: yes\n\nPackage: aa\nVersion: 9\n\nPackage: bb\n");
    const TextRepository second("Package: aa\nVersion: 1\n\nPackage: cc\n");
    config::PackageServer other = second.server();
    other.name = "other";
    universe::OpenOptions options = first.options();
    options.additional = {other, first.server()};  // the second one has a name that is taken
    base::SilentReporter reporter;
    const auto open = [&] { return universe::open_universe("test-1", {first.server()}, options, reporter); };
    const universe::Universe both = open();
    CPPUNIT_ASSERT((both.servers() == std::vector<std::string>{"text", "other"}));
    CPPUNIT_ASSERT(both.offered_by("other", "cc") && !both.offered_by("text", "cc"));
    same("9", both.candidate("aa")->version);
    options.origins = {{"aa", "other"}, {"bb", "other"}};
    const universe::Universe chosen = open();
    same("1", chosen.candidate("aa")->version);
    CPPUNIT_ASSERT(chosen.candidate("bb").has_value());  // the other has none
    CPPUNIT_ASSERT(chosen.identity() != both.identity());
    CPPUNIT_ASSERT(chosen.solve({"aa", "bb", "cc"}).installable);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ContentsTest);
