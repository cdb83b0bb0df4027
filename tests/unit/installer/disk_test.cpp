#include "installer/disk.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie;
using namespace lucie::installer;

class DiskTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DiskTest);
  CPPUNIT_TEST(the_first_real_disk_is_found);
  CPPUNIT_TEST(a_machine_without_a_disk_is_told);
  CPPUNIT_TEST(numbers_count_as_numbers);
  CPPUNIT_TEST(partitions_are_named_as_the_kernel_does);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory sys_block_{"disk-test"};

  void disk(const std::string& name, const std::string& sectors, const std::string& removable) {
    std::filesystem::create_directory(sys_block_.path() / name);
    base::write_file(sys_block_.path() / name / "size", sectors + "\n");
    base::write_file(sys_block_.path() / name / "removable", removable + "\n");
  }

 public:
  void the_first_real_disk_is_found() {
    disk("loop0", "4096", "0");
    disk("dm-0", "4096", "0");
    disk("sr0", "4096", "1");
    disk("sda", "4096", "1");
    disk("sdb", "0", "0");
    disk("sdd", "4096", "0");
    disk("sdc", "2048", "0");
    const Disk found = find_disk("first", sys_block_.path());
    CPPUNIT_ASSERT_EQUAL(std::string("/dev/sdc"), found.device);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1 << 20}, found.bytes);
  }
  void a_machine_without_a_disk_is_told() {
    disk("loop0", "4096", "0");
    try {
      find_disk("first", sys_block_.path());
      CPPUNIT_FAIL("no error");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("this machine has no disk"), std::string(error.what()));
      CPPUNIT_ASSERT(error.status() == ExitStatus::environment);
    }
    CPPUNIT_ASSERT_THROW(find_disk("/dev/no-such-disk", sys_block_.path()), Error);
  }
  void numbers_count_as_numbers() {
    CPPUNIT_ASSERT(natural_less("nvme2n1", "nvme10n1"));
    CPPUNIT_ASSERT(!natural_less("nvme10n1", "nvme2n1"));
    CPPUNIT_ASSERT(natural_less("sda", "sdb"));
    CPPUNIT_ASSERT(natural_less("sd", "sda"));
    CPPUNIT_ASSERT(!natural_less("sda", "sda"));
  }
  void partitions_are_named_as_the_kernel_does() {
    CPPUNIT_ASSERT_EQUAL(std::string("/dev/vda1"), partition_device("/dev/vda", 1));
    CPPUNIT_ASSERT_EQUAL(std::string("/dev/nvme0n1p12"), partition_device("/dev/nvme0n1", 12));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DiskTest);
