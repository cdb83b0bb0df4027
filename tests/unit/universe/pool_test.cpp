#include "universe/pool.hpp"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"

using namespace lucie;
namespace fs = std::filesystem;

namespace {

class Recorder : public base::Reporter {
 public:
  void progress(const std::string&, double) override {}
  void note(const std::string&) override {}
  void warning(const std::string& text) override { warnings += text + "\n"; }
  std::string warnings;
};

/// A real package made by dpkg-deb, with its place in `folder`.
universe::Package make_deb(const fs::path& folder, const std::string& description) {
  const base::TemporaryDirectory tree("pool-test");
  fs::create_directories(tree.path() / "DEBIAN");
  base::write_file(
      tree.path() / "DEBIAN/control",
      "Package: aa\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: " +
          description + "\n");
  fs::permissions(tree.path(), fs::perms(0755));
  fs::permissions(tree.path() / "DEBIAN", fs::perms(0755));
  const fs::path deb = folder / (description + ".deb");
  base::run_or_throw({.argv = {"dpkg-deb", "--root-owner-group", "--build", tree.path(), deb}});
  return {"aa", "1", "all", deb, base::sha256_file_hex(deb), fs::file_size(deb), {"file://" + deb.string()}};
}

}  // namespace

class PoolTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PoolTest);
  CPPUNIT_TEST(first_of_two_packages_with_one_name_is_taken);
  CPPUNIT_TEST(half_packages_are_removed);
  CPPUNIT_TEST(each_architecture_has_its_index);
  CPPUNIT_TEST(names_that_lead_out_of_the_pool_are_refused);
  CPPUNIT_TEST(package_without_hash_is_refused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void first_of_two_packages_with_one_name_is_taken() {
    const base::TemporaryDirectory folder("pool-test");
    const auto newer = make_deb(folder.path(), "newer"), older = make_deb(folder.path(), "older");
    Recorder reporter;
    universe::fetch_packages({newer, older}, folder.path() / "cache", reporter);
    universe::write_pool({newer, older, newer}, "lucie", {"amd64"}, folder.path() / "cache",
                         folder.path() / "pool", reporter);
    CPPUNIT_ASSERT_EQUAL(
        std::string("two different packages are called aa 1; one of them is left out of the pool\n"),
        reporter.warnings);
    const std::string index = base::read_file(folder.path() / "pool/dists/lucie/main/binary-amd64/Packages");
    CPPUNIT_ASSERT_EQUAL(
        "Package: aa\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.org>\n"
        "Description: newer\nFilename: packages/aa_1_all.deb\nSize: " +
            std::to_string(newer.size) + "\nSHA256: " + newer.sha256 + "\n\n",
        index);
  }
  void half_packages_are_removed() {
    const base::TemporaryDirectory folder("pool-test");
    const fs::path half = folder.path() / "cache/packages/ab";
    fs::create_directories(half);
    base::write_file(half / "old.deb.new-01234567", "x");
    base::write_file(half / "other.deb.new-01234567", "x");
    fs::last_write_time(half / "old.deb.new-01234567",
                        fs::file_time_type::clock::now() - std::chrono::hours(25));
    Recorder reporter;
    universe::fetch_packages({make_deb(folder.path(), "aa")}, folder.path() / "cache", reporter);
    CPPUNIT_ASSERT(!fs::exists(half / "old.deb.new-01234567"));
    CPPUNIT_ASSERT(fs::exists(half / "other.deb.new-01234567"));
  }
  void each_architecture_has_its_index() {
    const base::TemporaryDirectory folder("pool-test");
    const auto package = make_deb(folder.path(), "any");
    Recorder reporter;
    universe::fetch_packages({package}, folder.path() / "cache", reporter);
    universe::write_pool({package}, "lucie", {"arm64", "amd64"}, folder.path() / "cache",
                         folder.path() / "pool", reporter);
    const fs::path dists = folder.path() / "pool/dists/lucie";
    const std::string release = base::read_file(dists / "Release");
    CPPUNIT_ASSERT(release.find("Architectures: amd64 arm64\n") != std::string::npos);
    CPPUNIT_ASSERT(release.find(" main/binary-arm64/Packages.xz\n") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(base::read_file(dists / "main/binary-amd64/Packages"),
                         base::read_file(dists / "main/binary-arm64/Packages"));
  }
  void names_that_lead_out_of_the_pool_are_refused() {
    const base::TemporaryDirectory folder("pool-test");
    universe::Package package = make_deb(folder.path(), "bad");
    package.name = "../aa";
    Recorder reporter;
    CPPUNIT_ASSERT_THROW(universe::write_pool({package}, "lucie", {"amd64"}, folder.path() / "cache",
                                              folder.path() / "pool", reporter),
                         Error);
    CPPUNIT_ASSERT(!fs::exists(folder.path() / "pool"));
  }
  void package_without_hash_is_refused() {
    const base::TemporaryDirectory folder("pool-test");
    Recorder reporter;
    const universe::Package package{"aa", "1", "all", "aa.deb", "", 0, {"file:///aa.deb"}};
    CPPUNIT_ASSERT_THROW(universe::fetch_packages({package}, folder.path(), reporter), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolTest);
