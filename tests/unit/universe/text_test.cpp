#include <cppunit/extensions/HelperMacros.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "universe/control_text.hpp"
#include "universe/pool.hpp"
#include "universe/release.hpp"

using namespace lucie;
using namespace lucie::universe;

namespace {

std::string sum(char digit) {
  return std::string(64, digit);
}

Package package(const std::string& name, const std::string& version) {
  return {
      name, version, "amd64", "pool/" + name + ".deb", sum('a'), 12, {"http://mirror.example.org/" + name}};
}

Lock example_lock() {
  LockedInstaller installer{"full", "debian-12", "identity", {package("dpkg", "1")}, {package("nfs", "1")},
                            {}};
  installer.sets.push_back(
      {"full", {"ssh"}, {"base", "ssh"}, {"openssh-server"}, {package("dpkg", "1"), package("ssh", "9")}});
  return {{installer}};
}

}  // namespace

class TextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TextTest);
  CPPUNIT_TEST(fields_are_found_in_any_case_and_over_lines);
  CPPUNIT_TEST(stanzas_are_told_apart);
  CPPUNIT_TEST(release_file_is_read);
  CPPUNIT_TEST(wrong_release_file_is_an_error);
  CPPUNIT_TEST(lock_comes_back_from_its_text);
  CPPUNIT_TEST(equal_locks_have_equal_hashes);
  CPPUNIT_TEST(packages_of_a_lock_are_told_once);
  CPPUNIT_TEST(wrong_lock_is_an_error);
  CPPUNIT_TEST_SUITE_END();

 public:
  void fields_are_found_in_any_case_and_over_lines() {
    const std::string_view stanza = "Package: aa\nDescription: one\n two\n\tthree\nX: y";
    CPPUNIT_ASSERT_EQUAL(std::string_view("aa"), field(stanza, "package"));
    CPPUNIT_ASSERT_EQUAL(std::string_view("one\n two\n\tthree"), field(stanza, "Description"));
    CPPUNIT_ASSERT_EQUAL(std::string_view("y"), field(stanza, "X"));
    CPPUNIT_ASSERT(field(stanza, "Pack").empty());
    CPPUNIT_ASSERT(field(stanza, "two").empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, field_lines(stanza, "Description").size());
  }
  void stanzas_are_told_apart() {
    std::string seen;
    for_each_stanza("\n\nA: 1\nB: 2\n\n\nA: 3\n", [&](std::string_view stanza) {
      seen += std::string(field(stanza, "A")) + std::string(field(stanza, "B")) + ";";
    });
    CPPUNIT_ASSERT_EQUAL(std::string("12;3;"), seen);
  }
  void release_file_is_read() {
    const Release release = parse_release(
        "Suite: stable\nCodename: bookworm\nDate: Sat, 11 Jul 2026 10:16:37 UTC\n"
        "Valid-Until: Sun, 9 Aug 2026 00:00:00 UTC\nAcquire-By-Hash: yes\nNotAutomatic: yes\n"
        "Architectures: all amd64\nComponents: main contrib\nSHA256:\n " +
        sum('b') + " 1484322 main/binary-amd64/Packages.xz\n");
    CPPUNIT_ASSERT_EQUAL(std::string("2026-07-11T10:16:37Z"), base::format_time(*release.date));
    CPPUNIT_ASSERT_EQUAL(std::string("2026-08-09T00:00:00Z"), base::format_time(*release.valid_until));
    CPPUNIT_ASSERT(release.by_hash && release.not_automatic && release.all_apart);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, release.components.size());
    const Release::File& file = release.files.at("main/binary-amd64/Packages.xz");
    CPPUNIT_ASSERT_EQUAL(sum('b'), file.sha256);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1484322}, file.size);
  }
  void wrong_release_file_is_an_error() {
    CPPUNIT_ASSERT_THROW(parse_release("Date: yesterday"), Error);
    CPPUNIT_ASSERT_THROW(parse_release("Date: Sat, 11 Jul 2026 10:16:37 +0200"), Error);
    CPPUNIT_ASSERT_THROW(parse_release("Valid-Until: Sat, 11 Jul 7546 10:16:37 UTC"), Error);
    CPPUNIT_ASSERT_THROW(parse_release("SHA256:\n abc 12 Packages"), Error);
    CPPUNIT_ASSERT_THROW(parse_release("SHA256:\n " + sum('b') + " many Packages"), Error);
  }
  void lock_comes_back_from_its_text() {
    const std::string text = to_json(example_lock());
    CPPUNIT_ASSERT_EQUAL(text, to_json(lock_from_json(text)));
    CPPUNIT_ASSERT_EQUAL(std::string("9"), lock_from_json(text).installers[0].sets[0].packages[1].version);
  }
  void equal_locks_have_equal_hashes() {
    Lock other = example_lock();
    CPPUNIT_ASSERT_EQUAL(example_lock().hash(), other.hash());
    other.installers[0].base[0].version = "2";
    CPPUNIT_ASSERT(example_lock().hash() != other.hash());
  }
  void packages_of_a_lock_are_told_once() {
    std::string names;
    for (const Package& found : example_lock().packages("debian-12")) names += found.name + " ";
    CPPUNIT_ASSERT_EQUAL(std::string("dpkg nfs ssh "), names);
    CPPUNIT_ASSERT(example_lock().packages("rocky-9").empty());
  }
  void wrong_lock_is_an_error() {
    CPPUNIT_ASSERT_THROW(lock_from_json("{"), Error);
    CPPUNIT_ASSERT_THROW(lock_from_json("{\"version\": 2, \"installers\": []}"), Error);
    CPPUNIT_ASSERT_THROW(lock_from_json("{\"version\": 1}"), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);
