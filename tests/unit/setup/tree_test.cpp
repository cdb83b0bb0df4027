#include "setup/tree.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

#include "base/files.hpp"

namespace {

namespace fs = std::filesystem;
using lucie::base::read_file;
using lucie::base::write_file;

class TreeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TreeTest);
  CPPUNIT_TEST(snapshot_stays_as_it_was);
  CPPUNIT_TEST_SUITE_END();

  lucie::base::TemporaryDirectory folder_{"lucie-tree-"};

  fs::path make_tree(const std::string& name) {
    const fs::path tree = folder_.path() / name;
    fs::create_directories(tree / "files/etc");
    write_file(tree / "lmp.conf", "define lmp{\n}\n");
    write_file(tree / "files/etc/x", "1\n");
    return tree;
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);

}  // namespace
