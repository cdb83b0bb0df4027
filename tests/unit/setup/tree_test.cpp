#include "setup/tree.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

#include "base/files.hpp"
#include "base/tree.hpp"

namespace {

namespace fs = std::filesystem;
using lucie::base::read_file;
using lucie::base::write_file;

class TreeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TreeTest);
  CPPUNIT_TEST(hash_sees_content_names_and_modes);
  CPPUNIT_TEST(snapshot_stays_as_it_was);
  CPPUNIT_TEST(swapping_replaces_whole_folders);
  CPPUNIT_TEST_SUITE_END();

  lucie::base::TemporaryDirectory folder_{"lucie-tree-"};

  fs::path make_tree(const std::string& name) {
    const fs::path tree = folder_.path() / name;
    fs::create_directories(tree / "files/etc");
    write_file(tree / "lmp.conf", "define lmp{\n}\n");
    write_file(tree / "files/etc/x", "1\n");
    return tree;
  }

  void hash_sees_content_names_and_modes() {
    const fs::path tree = make_tree("a");
    const std::string hash = lucie::base::tree_hash(tree);
    CPPUNIT_ASSERT_EQUAL(hash, lucie::base::tree_hash(make_tree("b")));
    write_file(tree / "files/etc/x", "1\n", 0600);
    const std::string closed = lucie::base::tree_hash(tree);
    CPPUNIT_ASSERT(closed != hash);
    write_file(tree / "files/etc/x", "2\n");
    CPPUNIT_ASSERT(lucie::base::tree_hash(tree) != hash);
    write_file(tree / "files/etc/x", "1\n");
    CPPUNIT_ASSERT_EQUAL(hash, lucie::base::tree_hash(tree));
    fs::rename(tree / "files/etc/x", tree / "files/etc/y");
    CPPUNIT_ASSERT(lucie::base::tree_hash(tree) != hash);
  }

  void snapshot_stays_as_it_was() {
    const fs::path tree = make_tree("a");
    const fs::path snapshot = folder_.path() / "snapshots/1";
    lucie::setup::snapshot_tree(tree, snapshot);
    write_file(tree / "files/etc/x", "2\n");
    lucie::setup::snapshot_tree(tree, snapshot);
    CPPUNIT_ASSERT_EQUAL(std::string("1\n"), read_file(snapshot / "files/etc/x"));
    CPPUNIT_ASSERT_EQUAL(1L, std::distance(fs::directory_iterator(folder_.path() / "snapshots"), {}));
  }

  void swapping_replaces_whole_folders() {
    const fs::path place = folder_.path() / "place";
    lucie::setup::swap_in(make_tree("a"), place);
    CPPUNIT_ASSERT(fs::exists(place / "lmp.conf"));
    const fs::path fresh = make_tree("b");
    fs::remove(fresh / "lmp.conf");
    lucie::setup::swap_in(fresh, place);
    CPPUNIT_ASSERT(!fs::exists(place / "lmp.conf") && !fs::exists(fresh));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);

}  // namespace
