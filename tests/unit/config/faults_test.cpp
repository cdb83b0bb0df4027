#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>

#include "cluster_of.hpp"

using namespace lucie;
using namespace lucie::config;
namespace fs = std::filesystem;

/// Each faults/NAME.conf gives faults and warnings as faults/NAME.expected has them. With LUCIE_REGENERATE=1
/// the expected files are written; look at the difference before it is committed.
class FaultsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FaultsTest);
  CPPUNIT_TEST(every_file_gives_its_expected_faults);
  CPPUNIT_TEST_SUITE_END();

 public:
  void every_file_gives_its_expected_faults() {
    const fs::path before = fs::current_path();
    fs::current_path(test_folder() / "faults");  // so that positions name files without their folder
    std::string wrong;
    int files = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(".")) {
      if (entry.path().extension() != ".conf") continue;
      ++files;
      if (!matches(entry.path().filename())) wrong += " " + entry.path().filename().string();
    }
    fs::current_path(before);
    CPPUNIT_ASSERT(files > 10);
    CPPUNIT_ASSERT_EQUAL(std::string(), wrong);
  }

 private:
  static bool matches(const fs::path& file) {
    ReadOptions options;
    options.own_target = "debian-12";
    options.known_services = {"app1", "app2", "app3", "base", "c++-develop", "mpi"};
    const ReadResult result = read_cluster(file, options);
    const std::string found = render_faults(result.faults) + render_faults(result.warnings, "warning");
    const fs::path expected = fs::path(file).replace_extension(".expected");
    if (std::getenv("LUCIE_REGENERATE") != nullptr) base::write_file(expected, found);
    return fs::exists(expected) && base::read_file(expected) == found;
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultsTest);
