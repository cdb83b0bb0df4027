#include "daemon/manifests.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "wire/manifest.hpp"

using namespace lucie;
using namespace lucie::daemon;
using std::string;

class ManifestsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ManifestsTest);
  CPPUNIT_TEST(every_version_is_read_once);
  CPPUNIT_TEST(what_is_no_file_is_refused);
  CPPUNIT_TEST(ends_while_it_reads);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"manifests-test"};
  const std::filesystem::path file_ = folder_.path() / "source";

  /// Waits until it is read.
  std::shared_ptr<const Manifests::Content> content(Manifests& manifests) const {
    for (;;) {
      if (const auto content = manifests.content(file_)) return content;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  static string digest(const string& content) { return base::from_hex(base::sha256_hex(content)); }

 public:
  void every_version_is_read_once() {
    const string first(wire::manifest_chunk, 'a');
    base::write_file(file_, first + "b", 0640);
    Manifests manifests;
    CPPUNIT_ASSERT(manifests.content(file_) == nullptr);
    const auto before = content(manifests);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{wire::manifest_chunk + 1}, before->size);
    CPPUNIT_ASSERT_EQUAL(0640U, before->mode);
    CPPUNIT_ASSERT(before->digests == digest(first) + digest("b"));
    CPPUNIT_ASSERT(content(manifests) == before);
    // The same size and time of change: the kernel's own note tells.
    struct stat status {
    }, now{};
    stat(file_.c_str(), &status);
    const timespec times[] = {status.st_atim, status.st_mtim};
    const base::FileDescriptor file(open(file_.c_str(), O_WRONLY | O_CLOEXEC));
    CPPUNIT_ASSERT(pwrite(file.get(), "c", 1, wire::manifest_chunk) == 1);
    do {  // until its clock has moved
      CPPUNIT_ASSERT(futimens(file.get(), times) == 0 && fstat(file.get(), &now) == 0);
    } while (now.st_ctim.tv_sec == status.st_ctim.tv_sec && now.st_ctim.tv_nsec == status.st_ctim.tv_nsec);
    CPPUNIT_ASSERT(content(manifests)->digests == digest(first) + digest("c"));
  }
  void what_is_no_file_is_refused() {
    Manifests manifests;
    CPPUNIT_ASSERT_THROW(manifests.content(file_), EnvironmentError);
    CPPUNIT_ASSERT_THROW(manifests.content(folder_.path()), EnvironmentError);
    CPPUNIT_ASSERT_THROW(manifests.content("/dev/zero"), EnvironmentError);
  }
  void ends_while_it_reads() {
    base::write_file(file_, "");
    CPPUNIT_ASSERT(truncate(file_.c_str(), off_t{1} << 40) == 0);  // hours
    Manifests manifests;
    CPPUNIT_ASSERT(manifests.content(file_) == nullptr);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManifestsTest);
