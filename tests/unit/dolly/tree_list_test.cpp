#include "dolly/tree_list.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;

class TreeListTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TreeListTest);
  CPPUNIT_TEST(everything_comes_back);
  CPPUNIT_TEST(content_lies_one_behind_the_other);
  CPPUNIT_TEST(nothing_leads_out);
  CPPUNIT_TEST(nonsense_is_refused);
  CPPUNIT_TEST_SUITE_END();

  static TreeEntry entry(string path, EntryKind kind, std::uint64_t size = 0) {
    TreeEntry made;
    made.path = std::move(path);
    made.kind = kind;
    made.mode = 0644;
    made.size = size;
    return made;
  }
  static TreeList small() {
    TreeList list;
    list.add(entry("", EntryKind::folder));
    list.add(entry("a", EntryKind::folder));
    list.add(entry("a/one", EntryKind::file, 10));
    list.add(entry("a/two", EntryKind::file));
    list.add(entry("b", EntryKind::file, 5));
    return list;
  }
  static string fault_of(TreeList list, TreeEntry wrong) {
    try {
      list.add(std::move(wrong));
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }

 public:
  void everything_comes_back() {
    TreeList list = small();
    TreeEntry strange = entry("na\xffme \n", EntryKind::symlink);
    strange.target = "../\xfe";
    strange.attributes = {1, 2, -1'500'000'000, {{"user.x", string("\0\xff", 2)}}};
    list.add(strange);
    TreeEntry null = entry("null", EntryKind::character_device);
    null.device = 259;
    list.add(null);
    TreeEntry link = entry("same", EntryKind::hardlink);
    link.target = "a/one";
    list.add(link);
    list.add(entry("pipe", EntryKind::pipe));
    TreeEntry holes = entry("holes", EntryKind::file, 7);
    holes.sparse = true;
    list.add(holes);

    const TreeList back(list.text());
    CPPUNIT_ASSERT_EQUAL(list.text(), back.text());
    CPPUNIT_ASSERT_EQUAL(strange.path, back.entries()[5].path);
    CPPUNIT_ASSERT_EQUAL(strange.target, back.entries()[5].target);
    CPPUNIT_ASSERT(strange.attributes == back.entries()[5].attributes);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{259}, back.entries()[6].device);
    CPPUNIT_ASSERT(back.entries()[9].sparse);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{22}, back.bytes());
  }
  void content_lies_one_behind_the_other() {
    const TreeList list = small();
    CPPUNIT_ASSERT_EQUAL(string("a/one"), list.file_at(0).path);
    CPPUNIT_ASSERT_EQUAL(string("a/one"), list.file_at(9).path);
    CPPUNIT_ASSERT_EQUAL(string("b"), list.file_at(10).path);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{10}, list.file_at(14).offset);
    string parts;
    list.each_part(4, 8, [&](const TreeEntry& file, std::uint64_t offset, std::uint64_t bytes) {
      parts += file.path + " " + std::to_string(offset) + " " + std::to_string(bytes) + ", ";
    });
    CPPUNIT_ASSERT_EQUAL(string("a/one 4 6, b 0 2, "), parts);
  }
  void nothing_leads_out() {
    for (const char* path : {"../x", "/x", "a/../../x", "a//x", "a/.", "x/", "", "nowhere/x", "b/x"})
      CPPUNIT_ASSERT_MESSAGE(path, fault_of(small(), entry(path, EntryKind::file)) != "none");
    CPPUNIT_ASSERT(fault_of(small(), entry(string("a/x\0y", 5), EntryKind::file)) != "none");
    TreeList with_link = small();
    TreeEntry link = entry("out", EntryKind::symlink);
    link.target = "/etc";
    with_link.add(link);
    CPPUNIT_ASSERT_EQUAL(string("entry 7 of a folder's list, 'out/passwd': it is in no folder of the list"),
                         fault_of(with_link, entry("out/passwd", EntryKind::file)));
    TreeEntry hard = entry("hard", EntryKind::hardlink);
    for (const char* target : {"/etc/passwd", "a", "out/x", "later"}) {
      hard.target = target;
      CPPUNIT_ASSERT_MESSAGE(target, fault_of(with_link, hard) != "none");
    }
  }
  void nonsense_is_refused() {
    for (const char* text : {"", "\n", "{}", "no JSON", R"({"path": "", "kind": "folder"})"})
      CPPUNIT_ASSERT_THROW_MESSAGE(text, TreeList(text).entries(), Error);
    const string first = small().text().substr(0, small().text().find('\n') + 1);
    CPPUNIT_ASSERT_THROW(TreeList(first + first), Error);
    CPPUNIT_ASSERT_THROW(
        TreeList(first + R"({"path":"x","kind":"socket","mode":1,"owner":0,"group":0,"changed_ns":0})"),
        Error);
    CPPUNIT_ASSERT_THROW(
        TreeList(first +
                 R"({"path":"x","kind":"file","mode":1,"owner":-1,"group":0,"changed_ns":0,"size":1})"),
        Error);
    CPPUNIT_ASSERT(fault_of(small(), entry("huge", EntryKind::file, UINT64_MAX)) != "none");
    CPPUNIT_ASSERT(fault_of(small(), entry("b", EntryKind::file)) != "none");
    CPPUNIT_ASSERT(fault_of(small(), entry("l", EntryKind::symlink)) != "none");
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TreeListTest);
