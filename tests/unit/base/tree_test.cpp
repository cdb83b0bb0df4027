#include "base/tree.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie;
namespace fs = std::filesystem;

class TreeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TreeTest);
  CPPUNIT_TEST(hash_sees_content_names_and_modes);
  CPPUNIT_TEST(takes_an_empty_place);
  CPPUNIT_TEST(takes_the_place_of_another);
  CPPUNIT_TEST(nothing_to_put_there_leaves_what_was);
  CPPUNIT_TEST(links_a_file);
  CPPUNIT_TEST_SUITE_END();

  const base::TemporaryDirectory folder_{"lucie-tree"};
  const fs::path fresh_ = folder_.path() / "fresh", place_ = folder_.path() / "place";

  fs::path make_tree(const std::string& name) {
    const fs::path tree = folder_.path() / name;
    fs::create_directories(tree / "files/etc");
    base::write_file(tree / "lmp.conf", "define lmp{\n}\n");
    base::write_file(tree / "files/etc/x", "1\n");
    return tree;
  }
  static void make(const fs::path& tree, const std::string& content) {
    fs::create_directories(tree);
    base::write_file(tree / "file", content);
  }

 public:
  void hash_sees_content_names_and_modes() {
    const fs::path tree = make_tree("a");
    const std::string hash = base::tree_hash(tree);
    CPPUNIT_ASSERT_EQUAL(hash, base::tree_hash(make_tree("b")));
    base::write_file(tree / "files/etc/x", "1\n", 0600);
    const std::string closed = base::tree_hash(tree);
    CPPUNIT_ASSERT(closed != hash);
    base::write_file(tree / "files/etc/x", "2\n");
    CPPUNIT_ASSERT(base::tree_hash(tree) != hash);
    base::write_file(tree / "files/etc/x", "1\n");
    CPPUNIT_ASSERT_EQUAL(hash, base::tree_hash(tree));
    fs::rename(tree / "files/etc/x", tree / "files/etc/y");
    CPPUNIT_ASSERT(base::tree_hash(tree) != hash);
  }

  void takes_an_empty_place() {
    make(fresh_, "new");
    base::swap_in(fresh_, place_);
    CPPUNIT_ASSERT_EQUAL(std::string("new"), base::read_file(place_ / "file"));
    CPPUNIT_ASSERT(!fs::exists(fresh_));
  }

  void takes_the_place_of_another() {
    make(place_, "old");
    make(fresh_, "new");
    base::swap_in(fresh_, place_);
    CPPUNIT_ASSERT_EQUAL(std::string("new"), base::read_file(place_ / "file"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1},
                         std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  void nothing_to_put_there_leaves_what_was() {
    make(place_, "old");
    CPPUNIT_ASSERT_THROW(base::swap_in(fresh_, place_), EnvironmentError);
    CPPUNIT_ASSERT_EQUAL(std::string("old"), base::read_file(place_ / "file"));
  }

  void links_a_file() {
    make(place_, "old");
    base::link_or_copy(place_ / "file", folder_.path() / "other");
    CPPUNIT_ASSERT(fs::equivalent(place_ / "file", folder_.path() / "other"));
    CPPUNIT_ASSERT_THROW(base::link_or_copy(place_ / "none", folder_.path() / "third"), EnvironmentError);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);
