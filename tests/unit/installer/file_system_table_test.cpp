#include "installer/modules/mount/file_system_table.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "installer/mounts.hpp"

using namespace lucie;
using namespace lucie::installer;

class FileSystemTableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FileSystemTableTest);
  CPPUNIT_TEST(parents_come_first_and_swap_last);
  CPPUNIT_TEST(mounts_are_read_from_mountinfo);
  CPPUNIT_TEST_SUITE_END();

  static FileSystem on(const std::string& uuid, const std::string& mount_point,
                       const std::string& file_system, std::vector<std::string> options = {}) {
    return {
        .device = "/dev/vda",
        .uuid = uuid,
        .wanted = {.mount_point = mount_point, .file_system = file_system, .options = std::move(options)}};
  }

 public:
  void parents_come_first_and_swap_last() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("# <file system> <mount point> <type> <options> <dump> <pass>\n"
                    "UUID=3 / ext4 errors=remount-ro 0 1\n"
                    "UUID=4 /var xfs defaults 0 0\n"
                    "UUID=2 /var/log ext4 noatime,nodev 0 2\n"
                    "UUID=1 none swap sw 0 0\n"),
        file_system_table({on("1", "swap", "swap"), on("2", "/var/log", "ext4", {"noatime", "nodev"}),
                           on("3", "/", "ext4", {"errors=remount-ro"}), on("4", "/var", "xfs"),
                           on("5", "-", "ext4")}));
  }
  void mounts_are_read_from_mountinfo() {
    const auto mounts = parse_mounts(
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "23 22 0:5 / /a\\040b rw - tmpfs none rw\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, mounts.size());
    CPPUNIT_ASSERT_EQUAL(std::string("/dev/vda"), mounts[0].device);
    CPPUNIT_ASSERT_EQUAL(std::string("ext4"), mounts[0].file_system);
    CPPUNIT_ASSERT_EQUAL(std::string("/a b"), mounts[1].mount_point);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FileSystemTableTest);
