#include "setup/datasets.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "base/files.hpp"

using namespace lucie;
using std::string;

class DatasetsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DatasetsTest);
  CPPUNIT_TEST(sources_must_be_files);
  CPPUNIT_TEST(a_digest_is_compared);
  CPPUNIT_TEST(a_digest_is_kept_until_the_file_changes);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"datasets-test"};
  const std::filesystem::path file_ = folder_.path() / "genome";

  string fault(const string& source, const string& sha256 = {}) const {
    config::Cluster cluster;
    cluster.datasets.push_back({.name = "genome", .source = source, .sha256 = sha256});
    std::vector<Fault> faults;
    setup::check_datasets(cluster, folder_.path() / "cache", faults);
    return faults.empty() ? "" : faults.at(0).message;
  }

 public:
  void sources_must_be_files() {
    base::write_file(file_, "content");
    CPPUNIT_ASSERT_EQUAL(string(), fault(file_));
    CPPUNIT_ASSERT_EQUAL("dataset 'genome': " + file_.string() + "2: No such file or directory",
                         fault(file_.string() + "2"));
    CPPUNIT_ASSERT_EQUAL("dataset 'genome': " + folder_.path().string() + " is a folder",
                         fault(folder_.path()));
    CPPUNIT_ASSERT_EQUAL(string("dataset 'genome': /dev/null is no regular file"), fault("/dev/null"));
  }
  void a_digest_is_compared() {
    base::write_file(file_, "content");
    const string right = base::sha256_hex("content");
    CPPUNIT_ASSERT_EQUAL(string(), fault(file_, right));
    CPPUNIT_ASSERT_EQUAL("dataset 'genome': " + file_.string() + " has the SHA-256 " + right,
                         fault(file_, string(64, '0')));
  }
  void a_digest_is_kept_until_the_file_changes() {
    base::write_file(file_, "content");
    fault(file_, string(64, '0'));
    const auto cache = folder_.path() / "cache/datasets.json";
    string text = base::read_file(cache);
    const string right = base::sha256_hex("content"), planted(64, 'a');
    text.replace(text.find(right), right.size(), planted);
    base::write_file(cache, text);
    CPPUNIT_ASSERT_EQUAL(string(), fault(file_, planted));  // from the cache
    base::write_file(file_, "longer content");
    CPPUNIT_ASSERT_EQUAL(string(), fault(file_, base::sha256_hex("longer content")));
    base::write_file(cache, "damaged");
    CPPUNIT_ASSERT_EQUAL(string(), fault(file_, base::sha256_hex("longer content")));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DatasetsTest);
