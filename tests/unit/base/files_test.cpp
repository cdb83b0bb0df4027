#include "base/files.hpp"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"

using namespace lucie::base;
namespace fs = std::filesystem;

class FilesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FilesTest);
  CPPUNIT_TEST(file_is_written_with_its_exact_mode);
  CPPUNIT_TEST(failed_writing_leaves_the_old_file_and_nothing_else);
  CPPUNIT_TEST(symlink_is_replaced);
  CPPUNIT_TEST(unreadable_files_are_told_with_their_path);
  CPPUNIT_TEST(temporary_directories_of_killed_processes_are_removed);
  CPPUNIT_TEST_SUITE_END();

  static std::ptrdiff_t entries(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  }

 public:
  void file_is_written_with_its_exact_mode() {
    const TemporaryDirectory folder("files-test");
    const mode_t before = umask(0077);
    write_file(folder.path() / "f", "text", 0664);
    umask(before);
    struct stat status {};
    CPPUNIT_ASSERT_EQUAL(0, stat((folder.path() / "f").c_str(), &status));
    CPPUNIT_ASSERT_EQUAL(mode_t{0664}, status.st_mode & 07777);
    CPPUNIT_ASSERT_EQUAL(std::string("text"), read_file(folder.path() / "f"));
  }
  void failed_writing_leaves_the_old_file_and_nothing_else() {
    const TemporaryDirectory folder("files-test");
    write_file(folder.path() / "f", "old");
    CPPUNIT_ASSERT_THROW(write_file_with(folder.path() / "f", 0644,
                                         [](const fs::path& beside) {
                                           write_file(beside, "half");
                                           throw std::runtime_error("disk full");
                                         }),
                         std::runtime_error);
    CPPUNIT_ASSERT_EQUAL(std::string("old"), read_file(folder.path() / "f"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, entries(folder.path()));
  }
  void symlink_is_replaced() {
    const TemporaryDirectory folder("files-test");
    replace_symlink("one", folder.path() / "current");
    replace_symlink("two", folder.path() / "current");
    CPPUNIT_ASSERT_EQUAL(fs::path("two"), fs::read_symlink(folder.path() / "current"));
  }
  void temporary_directories_of_killed_processes_are_removed() {
    const TemporaryDirectory folder("files-test");
    const pid_t child = fork();
    if (child == 0) {
      const TemporaryDirectory work("work", folder.path());
      write_file(work.path() / "f", "text");
      _exit(0);  // without destructors, as when it is killed
    }
    waitpid(child, nullptr, 0);
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, entries(folder.path()));
    fs::create_directory(folder.path() / "work-mine");  // not of ours
    const TemporaryDirectory work("work", folder.path());
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, entries(folder.path()));
    const TemporaryDirectory another("work", folder.path());  // leaves alone what is in use
    CPPUNIT_ASSERT(fs::is_directory(work.path()));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{3}, entries(folder.path()));
  }
  void unreadable_files_are_told_with_their_path() {
    try {
      read_file("/nonexistent/file");
      CPPUNIT_FAIL("no error");
    } catch (const lucie::EnvironmentError& error) {
      CPPUNIT_ASSERT_EQUAL(std::string("open /nonexistent/file: No such file or directory"),
                           std::string(error.what()));
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FilesTest);
