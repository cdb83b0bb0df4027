#include "metapackage/deb.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "universe/deb_control.hpp"

using namespace lucie;
using namespace lucie::metapackage;

namespace {

DebPackage small_package() {
  DebPackage package;
  package.control = {{"Package", "lmp-x"},
                     {"Version", "1.0"},
                     {"Architecture", "all"},
                     {"Maintainer", "A <a@example.org>"},
                     {"Description", description_field("short", "One.\n\nTwo.")}};
  package.members = {{.path = "triggers", .content = "activate-noawait lucie-lmp\n"}};
  package.files = {{.path = "/usr/share/x/b", .content = "b\n", .mode = 0755},
                   {.path = "/usr/share/x/a", .content = std::string(3000, 'a')}};
  package.time = 1700000000;
  return package;
}

}  // namespace

class DebTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DebTest);
  CPPUNIT_TEST(dpkg_reads_what_is_written);
  CPPUNIT_TEST(is_read_back);
  CPPUNIT_TEST(same_input_same_bytes);
  CPPUNIT_TEST(small_content_is_packed_as_well);
  CPPUNIT_TEST(damage_is_an_error);
  CPPUNIT_TEST(no_control_file_fills_the_memory);
  CPPUNIT_TEST(empty_entries_fill_no_memory);
  CPPUNIT_TEST(description_is_folded);
  CPPUNIT_TEST(stanzas_with_continued_lines);
  CPPUNIT_TEST_SUITE_END();

 public:
  void dpkg_reads_what_is_written() {
    const base::TemporaryDirectory folder("deb-test");
    for (const auto compression : {Compression::none, Compression::gz, Compression::xz, Compression::zst}) {
      DebPackage package = small_package();
      package.packing = compression;
      const auto file = folder.path() / "x.deb";
      base::write_file(file, write_deb(package));
      CPPUNIT_ASSERT_EQUAL(std::string("1.0\n"),
                           base::run_or_throw({.argv = {"dpkg-deb", "-f", file.string(), "Version"}}));
      CPPUNIT_ASSERT_EQUAL(
          std::string("drwxr-xr-x root/root         0 2023-11-14 22:13 ./\n"
                      "drwxr-xr-x root/root         0 2023-11-14 22:13 ./usr/\n"
                      "drwxr-xr-x root/root         0 2023-11-14 22:13 ./usr/share/\n"
                      "drwxr-xr-x root/root         0 2023-11-14 22:13 ./usr/share/x/\n"
                      "-rw-r--r-- root/root      3000 2023-11-14 22:13 ./usr/share/x/a\n"
                      "-rwxr-xr-x root/root         2 2023-11-14 22:13 ./usr/share/x/b\n"),
          base::run_or_throw({.argv = {"dpkg-deb", "-c", file.string()}, .environment = {{"TZ", "UTC"}}}));
    }
  }
  void is_read_back() {
    const DebContent content = read_deb(write_deb(small_package()), true);
    CPPUNIT_ASSERT_EQUAL(std::string("lmp-x"), field(content.control, "Package"));
    CPPUNIT_ASSERT_EQUAL(std::string("8"), field(content.control, "Installed-Size"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, content.files.size());
    CPPUNIT_ASSERT_EQUAL(std::string("/usr/share/x/b"), content.files[1].path);
    CPPUNIT_ASSERT_EQUAL(std::string("b\n"), content.files[1].content);
    CPPUNIT_ASSERT_EQUAL(0755U, content.files[1].mode);
  }
  void same_input_same_bytes() { CPPUNIT_ASSERT(write_deb(small_package()) == write_deb(small_package())); }
  /// Quicker settings for small content must not make it larger than a hundredth more than the standard's.
  void small_content_is_packed_as_well() {
    std::string text;
    for (int line = 0; line < 400; ++line) {
      text +=
          "limit." + std::to_string(line * 7919 % 1000) + " = " + std::to_string(line * 64) + "  # of it\n";
    }
    const std::string quick = compress(text, Compression::xz),
                      standard = compress(text, {Compression::xz, 6});
    CPPUNIT_ASSERT(quick != standard);
    CPPUNIT_ASSERT(quick.size() * 100 <= standard.size() * 101);
    const std::string large(small_size + 1, 'a');
    CPPUNIT_ASSERT(compress(large, Compression::xz) == compress(large, {Compression::xz, 6}));
  }
  void damage_is_an_error() {
    const std::string whole = write_deb(small_package());
    CPPUNIT_ASSERT_THROW(read_deb("no package", false), Error);
    CPPUNIT_ASSERT_THROW(read_deb(whole.substr(0, whole.size() / 3), true), Error);
  }
  void no_control_file_fills_the_memory() {
    const base::TemporaryDirectory folder("deb-test");
    const auto file = folder.path() / "x.deb";
    DebPackage package = small_package();
    package.control.push_back({"X", std::string(20 << 20, 'x')});
    const std::string bytes = write_deb(package);
    CPPUNIT_ASSERT(bytes.size() < 1 << 20);
    base::write_file(file, bytes);
    CPPUNIT_ASSERT_THROW(read_deb(bytes, false), Error);
    CPPUNIT_ASSERT_THROW(universe::read_deb_control(file), Error);
    base::write_file(file, write_deb(small_package()));
    CPPUNIT_ASSERT(universe::read_deb_control(file).starts_with("Package: lmp-x\n"));
  }
  void empty_entries_fill_no_memory() {
    const std::string tar = write_tar(std::vector<ArchiveEntry>(1000, {.path = "./x", .content = {}}), 0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, read_archive(tar, 1'000'000).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, archive_paths(tar, 1'000'000).size());
    CPPUNIT_ASSERT_THROW(read_archive(tar, 500'000), Error);
    CPPUNIT_ASSERT_THROW(archive_paths(tar, 500'000), Error);
    const std::string large = write_tar({{.path = "./x", .content = std::string(600'000, 'x')}}, 0);
    CPPUNIT_ASSERT_THROW(archive_paths(large, 500'000), Error);
  }
  void description_is_folded() {
    std::string words;
    for (int i = 0; i < 20; ++i) words += "seven77 ";
    CPPUNIT_ASSERT_EQUAL(std::string("short\n One.\n .\n Two."), description_field("short", "One.\n\nTwo."));
    CPPUNIT_ASSERT_EQUAL(std::string("s\n seven77 seven77 seven77 seven77 seven77 seven77 seven77 seven77 "
                                     "seven77\n seven77 seven77 seven77 seven77 seven77 seven77 seven77 "
                                     "seven77 seven77\n seven77 seven77"),
                         description_field("s", words));
  }
  void stanzas_with_continued_lines() {
    const auto stanzas = parse_stanzas("A: 1\n 2\nB: 3\n\n\nC: 4\n");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, stanzas.size());
    CPPUNIT_ASSERT_EQUAL(std::string("1\n 2"), field(stanzas[0], "A"));
    CPPUNIT_ASSERT_EQUAL(std::string("4"), field(stanzas[1], "C"));
    CPPUNIT_ASSERT_THROW(parse_stanzas("nothing here"), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DebTest);
