#include "setup/cpio.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/process.hpp"

namespace {

class CpioTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CpioTest);
  CPPUNIT_TEST(is_read_by_cpio);
  CPPUNIT_TEST(same_entries_same_bytes);
  CPPUNIT_TEST_SUITE_END();

  static std::string sample() {
    lucie::setup::CpioWriter writer;
    writer.add_directory("bin");
    writer.add_file("bin/program", "#!/bin/sh\n", 0755);
    writer.add_symlink("bin/sh", "program");
    writer.add_parents("lib/modules/6.1/a.ko");
    writer.add_parents("lib/modules/6.1/b.ko");
    writer.add_file("lib/modules/6.1/a.ko", "12345");
    writer.add_character_device("console", 5, 1);
    return writer.finish();
  }

  void is_read_by_cpio() {
    const std::string list =
        lucie::base::run_or_throw({.argv = {"cpio", "--quiet", "--list", "--verbose", "--numeric-uid-gid"},
                                   .environment = {{"TZ", "UTC"}},
                                   .input = sample()});
    CPPUNIT_ASSERT_EQUAL(
        std::string("drwxr-xr-x   2 0        0               0 Jan  1  1970 bin\n"
                    "-rwxr-xr-x   1 0        0              10 Jan  1  1970 bin/program\n"
                    "lrwxrwxrwx   1 0        0               7 Jan  1  1970 bin/sh -> program\n"
                    "drwxr-xr-x   2 0        0               0 Jan  1  1970 lib\n"
                    "drwxr-xr-x   2 0        0               0 Jan  1  1970 lib/modules\n"
                    "drwxr-xr-x   2 0        0               0 Jan  1  1970 lib/modules/6.1\n"
                    "-rw-r--r--   1 0        0               5 Jan  1  1970 lib/modules/6.1/a.ko\n"
                    "crw-------   1 0        0          5,   1 Jan  1  1970 console\n"),
        list);
  }

  void same_entries_same_bytes() {
    CPPUNIT_ASSERT_EQUAL(sample(), sample());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, sample().size() % 4);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CpioTest);

}  // namespace
