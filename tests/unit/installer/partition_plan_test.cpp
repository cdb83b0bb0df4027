#include "installer/modules/partition/partition_plan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"

using namespace lucie;
using namespace lucie::installer;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20, gibibyte = 1 << 30;

wire::SlicePartition wanted(const std::string& mount_point, std::uint64_t least, std::uint64_t most,
                            const std::string& file_system = "ext4") {
  return {.mount_point = mount_point, .file_system = file_system, .least = least, .most = most};
}

wire::Slice slice(const std::string& label, std::vector<wire::SlicePartition> partitions) {
  wire::Slice slice;
  slice.label = label;
  slice.partitions = std::move(partitions);
  return slice;
}

std::string script(const wire::Slice& slice, std::uint64_t bytes, const std::string& disk = "/dev/vda") {
  return sfdisk_script(plan_partitions(slice, bytes), disk);
}

}  // namespace

class PartitionPlanTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PartitionPlanTest);
  CPPUNIT_TEST(one_root_with_swap);
  CPPUNIT_TEST(gpt_marks_the_boot_partition_and_keeps_its_end_free);
  CPPUNIT_TEST(one_layout_starts_with_bios_and_uefi);
  CPPUNIT_TEST(what_is_left_is_shared_until_the_most);
  CPPUNIT_TEST(more_than_four_get_an_extended_partition);
  CPPUNIT_TEST(too_small_a_disk_is_refused);
  CPPUNIT_TEST(an_exact_fit_is_taken);
  CPPUNIT_TEST(unknown_labels_are_refused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void one_root_with_swap() {
    CPPUNIT_ASSERT_EQUAL(std::string("label: dos\n\n"
                                     "/dev/vda1 : start=1MiB, size=1535MiB, type=L, bootable\n"
                                     "/dev/vda2 : start=1536MiB, size=512MiB, type=S\n"),
                         script(slice("msdos", {wanted("/", gibibyte, 0),
                                                wanted("swap", 512 * mebibyte, 512 * mebibyte, "swap")}),
                                2 * gibibyte));
  }
  void gpt_marks_the_boot_partition_and_keeps_its_end_free() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("label: gpt\n\n"
                    "/dev/nvme0n1p1 : start=1MiB, size=100MiB, type=U\n"
                    "/dev/nvme0n1p2 : start=101MiB, size=200MiB, type=L, attrs=LegacyBIOSBootable\n"
                    "/dev/nvme0n1p3 : start=301MiB, size=722MiB, type=L\n"),
        script(slice("gpt", {wanted("/boot/efi", 100 * mebibyte, 100 * mebibyte, "vfat"),
                             wanted("/boot", 200 * mebibyte, 200 * mebibyte), wanted("/", 1, 0)}),
               gibibyte, "/dev/nvme0n1"));
  }
  void one_layout_starts_with_bios_and_uefi() {
    const wire::Slice both =
        slice("gpt", {wanted("-", mebibyte, mebibyte, "biosboot"),
                      wanted("/boot/efi", 64 * mebibyte, 64 * mebibyte, "vfat"), wanted("/", 1, 0)});
    CPPUNIT_ASSERT_EQUAL(
        std::string("label: gpt\n\n"
                    "/dev/vda1 : start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649\n"
                    "/dev/vda2 : start=2MiB, size=64MiB, type=U\n"
                    "/dev/vda3 : start=66MiB, size=957MiB, type=L, attrs=LegacyBIOSBootable\n"),
        script(both, gibibyte));
  }
  void what_is_left_is_shared_until_the_most() {
    const PartitionPlan plan =
        plan_partitions(slice("msdos", {wanted("/", 10 * gibibyte, 12 * gibibyte),
                                        wanted("/var", gibibyte, 0), wanted("/srv", gibibyte, 0)}),
                        30 * gibibyte);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{12 * 1024}, plan.partitions[0].size);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{18 * 1024 - 1}, plan.partitions[1].size + plan.partitions[2].size);
    CPPUNIT_ASSERT(plan.partitions[1].size - plan.partitions[2].size <= 1);
  }
  void more_than_four_get_an_extended_partition() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("label: dos\n\n"
                    "/dev/vda1 : start=1MiB, size=10MiB, type=L, bootable\n"
                    "/dev/vda2 : start=11MiB, size=10MiB, type=L\n"
                    "/dev/vda3 : start=21MiB, size=10MiB, type=L\n"
                    "/dev/vda4 : start=31MiB, size=22MiB, type=E\n"
                    "/dev/vda5 : start=32MiB, size=10MiB, type=L\n"
                    "/dev/vda6 : start=43MiB, size=10MiB, type=S\n"),
        script(slice("msdos",
                     {wanted("/", 10 * mebibyte, 10 * mebibyte), wanted("/a", 10 * mebibyte, 10 * mebibyte),
                      wanted("/b", 10 * mebibyte, 10 * mebibyte), wanted("/c", 10 * mebibyte, 10 * mebibyte),
                      wanted("swap", 10 * mebibyte, 10 * mebibyte, "swap")}),
               60 * mebibyte));
    CPPUNIT_ASSERT((partition_numbers(slice("msdos", std::vector<wire::SlicePartition>(5))) ==
                    std::vector<int>{1, 2, 3, 5, 6}));
    CPPUNIT_ASSERT((partition_numbers(slice("gpt", std::vector<wire::SlicePartition>(5))) ==
                    std::vector<int>{1, 2, 3, 4, 5}));
  }
  void too_small_a_disk_is_refused() {
    try {
      plan_partitions(slice("msdos", {wanted("/", 2 * gibibyte, 0)}), gibibyte);
      CPPUNIT_FAIL("no error");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("the partitions need 2.0 GiB, the disk has 1.0 GiB"),
                           std::string(error.what()));
    }
  }
  void an_exact_fit_is_taken() {
    const wire::Slice exact = slice("gpt", {wanted("/", 98 * mebibyte, 0)});
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{98}, plan_partitions(exact, 100 * mebibyte).partitions[0].size);
    CPPUNIT_ASSERT_THROW(plan_partitions(exact, 100 * mebibyte - 1), Error);
  }
  void unknown_labels_are_refused() {
    CPPUNIT_ASSERT_THROW(plan_partitions(slice("bsd", {wanted("/", 1, 0)}), gibibyte), Error);
    CPPUNIT_ASSERT_THROW(plan_partitions(slice("gpt", {}), gibibyte), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PartitionPlanTest);
