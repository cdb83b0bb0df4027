#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_files.hpp"
#include "metapackage/repository_generation.hpp"
#include "metapackage/repository_pool.hpp"
#include "metapackage/rpm_index.hpp"
#include "universe/deb_version.hpp"

using namespace lucie;
using namespace lucie::metapackage;
namespace fs = std::filesystem;

namespace {

const std::vector<Generation::Link> links = {{"dists/lucie", "dists"}};

std::string entry(const std::string& name, const std::string& hash) {
  return "<package type=\"rpm\">\n  <name>" + name +
         "</name>\n  <arch>noarch</arch>\n  <version epoch=\"0\" ver=\"1.0\" rel=\"2\"/>\n"
         "  <checksum type=\"sha256\" pkgid=\"YES\">" +
         hash + "</checksum>\n  <location href=\"pool/" + name + ".rpm\"/>\n</package>\n";
}

std::string other_entry(const std::string& hash) {
  return "<package pkgid=\"" + hash + "\" name=\"x\">\n</package>\n";
}

/// Two packages' tables in the folder.
void write_tables(const fs::path& folder, const std::string& second_in_others) {
  const std::vector<std::vector<std::string>> texts = {{entry("a", "aa"), entry("b", "bb")},
                                                       {other_entry("aa"), other_entry(second_in_others)},
                                                       {other_entry("aa"), other_entry("bb")}};
  std::vector<RpmTable> tables;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    tables.push_back(rpm_table(rpm_tables[i], {texts[i].begin(), texts[i].end()}, 1700000000));
    base::write_file(folder / tables.back().file, tables.back().compressed);
  }
  base::write_file(folder / "repomd.xml", repomd(tables, 1700000000));
}

class RepositoryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RepositoryTest);
  CPPUNIT_TEST(tables_are_cut_into_packages);
  CPPUNIT_TEST(tables_that_do_not_fit_are_refused);
  CPPUNIT_TEST(nothing_is_seen_before_it_is_in_force);
  CPPUNIT_TEST(what_replaces_looks_younger);
  CPPUNIT_TEST(a_place_with_other_content_is_not_free);
  CPPUNIT_TEST(versions_of_debs_have_an_order);
  CPPUNIT_TEST(all_work_is_done_and_the_first_failure_told);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tables_are_cut_into_packages() {
    write_tables(folder_.path(), "bb");
    const std::vector<RpmEntry> packages = read_rpm_tables(folder_.path());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, packages.size());
    CPPUNIT_ASSERT_EQUAL(std::string("b"), packages[1].name);
    CPPUNIT_ASSERT_EQUAL(std::string("0:1.0-2"), packages[1].version);
    CPPUNIT_ASSERT_EQUAL(std::string("noarch"), packages[1].architecture);
    CPPUNIT_ASSERT_EQUAL(std::string("pool/b.rpm"), packages[1].place);
    CPPUNIT_ASSERT_EQUAL(std::string("bb"), packages[1].sha256);
    CPPUNIT_ASSERT(entry("b", "bb") == packages[1].texts[0].view());
    CPPUNIT_ASSERT(other_entry("bb") == packages[1].texts[2].view());
  }

  void tables_that_do_not_fit_are_refused() {
    write_tables(folder_.path(), "cc");  // filelists speaks of another package
    CPPUNIT_ASSERT_THROW(read_rpm_tables(folder_.path()), Error);
    write_tables(folder_.path(), "bb");
    for (const char* size : {"1", "99999999999999"}) {
      std::string repomd = base::read_file(folder_.path() / "repomd.xml");
      const auto number = repomd.find("<open-size>") + 11;
      repomd.replace(number, repomd.find('<', number) - number, size);
      base::write_file(folder_.path() / "repomd.xml", repomd);
      CPPUNIT_ASSERT_THROW(read_rpm_tables(folder_.path()), Error);
    }
    base::write_file(folder_.path() / "repomd.xml", "<repomd/>");
    CPPUNIT_ASSERT_THROW(read_rpm_tables(folder_.path()), Error);
  }

  void nothing_is_seen_before_it_is_in_force() {
    {
      Generation given_up(folder_.path());
      given_up.begin();
      given_up.write("dists/Release", "one");
      CPPUNIT_ASSERT(!fs::exists(release()));
    }
    CPPUNIT_ASSERT(!fs::exists(folder_.path() / "indices/1"));
    publish("two");
    CPPUNIT_ASSERT_EQUAL(std::string("two"), base::read_file(release()));
    Generation killed(folder_.path());
    killed.begin();
    killed.write("dists/Release", "three");
    CPPUNIT_ASSERT_EQUAL(std::string("two"), base::read_file(release()));
  }

  void what_replaces_looks_younger() {
    for (const char* text : {"one", "two", "three"}) {
      const auto before = fs::exists(release()) ? fs::last_write_time(release()) : fs::file_time_type::min();
      publish(text);
      using std::chrono::floor, std::chrono::seconds;
      CPPUNIT_ASSERT(floor<seconds>(fs::last_write_time(release())) > floor<seconds>(before));
    }
  }

  void a_place_with_other_content_is_not_free() {
    const Pool pool(folder_.path());
    CPPUNIT_ASSERT(pool.is_free("pool/x", "00"));
    make_folder(folder_.path() / "pool");
    write_new_file(folder_.path() / "pool/x", "");
    CPPUNIT_ASSERT(!pool.is_free("pool/x", "00"));
    const std::string empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    CPPUNIT_ASSERT(pool.is_free("pool/x", empty));
    CPPUNIT_ASSERT_EQUAL(std::string("pool/e3b0c44298fc1c14/x"), other_place("pool/x", empty));
  }

  void versions_of_debs_have_an_order() {
    CPPUNIT_ASSERT(universe::compare_deb_versions("1.0~rc1", "1.0") < 0);
    CPPUNIT_ASSERT(universe::compare_deb_versions("1:0.1", "2.0") > 0);
    CPPUNIT_ASSERT(universe::compare_deb_versions("1.9", "1.10") < 0);
    CPPUNIT_ASSERT_EQUAL(0, universe::compare_deb_versions("1.0", "1.0-0"));
  }

  void all_work_is_done_and_the_first_failure_told() {
    std::vector<int> done(50, 0);
    const auto work = [&](std::size_t number) {
      ++done[number];
      if (number == 7 || number == 30) throw Error(std::to_string(number));
    };
    try {
      in_parallel(done.size(), work);
      CPPUNIT_FAIL("the failure is lost");
    } catch (const Error& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("7"), std::string(error.what()));
    }
    CPPUNIT_ASSERT(done == std::vector<int>(50, 1));
    in_parallel(0, work);
  }

 private:
  fs::path release() const { return folder_.path() / "dists/lucie/Release"; }
  void publish(const std::string& text) const {
    Generation generation(folder_.path());
    generation.begin();
    generation.write("dists/Release", text);
    generation.put_in_force(links);
  }

  base::TemporaryDirectory folder_{"lucie-repository-test"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RepositoryTest);

}  // namespace
