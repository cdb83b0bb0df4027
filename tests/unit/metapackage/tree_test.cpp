#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "lmp_tree.hpp"
#include "metapackage/folder_entries.hpp"

using namespace lucie;
using metapackage::FolderEntries;
using metapackage::FolderEntry;
using metapackage::TreeTexts;

/// What is read of a tree, and what it is looked up in afterwards.
class TreeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TreeTest);
  CPPUNIT_TEST(small_files_are_read_once);
  CPPUNIT_TEST(large_files_are_not_kept);
  CPPUNIT_TEST(how_files_begin);
  CPPUNIT_TEST(what_cannot_be_read);
  CPPUNIT_TEST(folders_of_a_tree_and_on_the_disk);
  CPPUNIT_TEST(a_file_in_a_folders_place);
  CPPUNIT_TEST_SUITE_END();

  LmpTrees trees_;

  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }
  std::string listed(const FolderEntries& folders, const std::string& folder) const {
    std::string text;
    for (const auto& [path, kind] : folders.in(trees_.path(folder)))
      text += path.filename().string() + (kind == FolderEntry::Kind::folder ? "/ " : " ");
    return text;
  }

 public:
  void small_files_are_read_once() {
    trees_.write("file", "before");
    TreeTexts texts;
    same("before", *texts.read(trees_.path("file")));
    trees_.write("file", "after");
    same("before", *texts.read(trees_.path("file")));
    same("bef", texts.start(trees_.path("file"), 3));
  }
  void large_files_are_not_kept() {
    TreeTexts texts;
    for (const char* content : {"a", "b"}) {
      trees_.write("file", std::string(TreeTexts::most_kept + 1, *content));
      same(content, texts.read(trees_.path("file"))->substr(0, 1));
      same(content, texts.start(trees_.path("file"), 1));
    }
  }
  void how_files_begin() {
    trees_.write("short", "abc");
    trees_.write("long", std::string(TreeTexts::most_kept, 'x'));
    TreeTexts texts;
    same("abc", texts.start(trees_.path("short"), 20));
    same("xxxx", texts.start(trees_.path("long"), 4));
  }
  void what_cannot_be_read() {
    TreeTexts texts;
    CPPUNIT_ASSERT_THROW(texts.read(trees_.path("absent")), EnvironmentError);
    CPPUNIT_ASSERT_THROW(texts.start(trees_.path("absent"), 1), EnvironmentError);
  }
  void folders_of_a_tree_and_on_the_disk() {
    trees_.manifest("aa");
    trees_.write("aa/files/etc/aa.conf", "");
    trees_.write("aa/files/etc/aa/part", "");
    trees_.write("aa/files/etc-more/x", "");
    std::vector<Fault> faults;
    const auto lmps = trees_.read(faults);
    same("", trees_.shown(faults));
    const FolderEntries of_tree(lmps.front().state), on_disk;
    for (const char* folder : {"aa/files", "aa/files/etc", "aa/files/etc/aa", "aa/scripts"})
      same(listed(on_disk, folder), listed(of_tree, folder));
    same("aa/ aa.conf ", listed(of_tree, "aa/files/etc"));
    trees_.write("aa/files/etc/new", "");
    same("aa/ aa.conf ", listed(of_tree, "aa/files/etc"));
    same("aa/ aa.conf new ", listed(on_disk, "aa/files/etc"));
  }
  void a_file_in_a_folders_place() {
    trees_.manifest("aa");
    trees_.write("aa/scripts", "");
    std::vector<Fault> faults;
    CPPUNIT_ASSERT_THROW(trees_.read(faults), Error);
    CPPUNIT_ASSERT_THROW(FolderEntries().in(trees_.path("aa/scripts")), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);
