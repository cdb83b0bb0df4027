#include "base/answer_cache.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"

using namespace lucie::base;
namespace fs = std::filesystem;

class AnswerCacheTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AnswerCacheTest);
  CPPUNIT_TEST(what_is_kept_is_found_by_the_next);
  CPPUNIT_TEST(other_makers_find_nothing);
  CPPUNIT_TEST(damage_is_as_good_as_nothing);
  CPPUNIT_TEST(files_of_others_are_not_trusted);
  CPPUNIT_TEST(what_nobody_asked_for_goes_when_it_is_too_much);
  CPPUNIT_TEST(the_oldest_files_go);
  CPPUNIT_TEST(without_a_folder_nothing_is_kept);
  CPPUNIT_TEST_SUITE_END();

  const TemporaryDirectory folder_{"answer-cache-test"};
  const fs::path file_ = folder_.path() / "some.answers";

  void keep(const std::string& key, const std::string& text, const std::string& makers = "makers") const {
    AnswerCache cache(folder_.path(), "some", makers);
    cache.keep(key, text);
    cache.save();
  }
  std::string found(const std::string& key, const std::string& makers = "makers") const {
    return AnswerCache(folder_.path(), "some", makers).find(key).value_or("nothing");
  }
  static void same(const std::string& expected, const std::string& actual) {
    CPPUNIT_ASSERT_EQUAL(expected, actual);
  }

 public:
  void what_is_kept_is_found_by_the_next() {
    keep("a", "one");
    keep("b\n", std::string("\0two", 4));
    same("one", found("a"));
    same(std::string("\0two", 4), found("b\n"));
    same("nothing", found("b"));
  }
  void other_makers_find_nothing() {
    keep("a", "one");
    same("nothing", found("a", "other makers"));
    same("one", found("a"));
  }
  void damage_is_as_good_as_nothing() {
    keep("a", "one");
    const std::string whole = read_file(file_);
    for (std::size_t place = 0; place < whole.size(); ++place) {
      std::string damaged = whole;
      damaged[place] = static_cast<char>(damaged[place] ^ 1);
      write_file(file_, damaged);
      same("nothing", found("a"));
      write_file(file_, whole.substr(0, place));
      same("nothing", found("a"));
    }
    write_file(file_, whole);
    same("one", found("a"));
  }
  void files_of_others_are_not_trusted() {
    keep("a", "one");
    chmod(file_.c_str(), 0620);
    same("nothing", found("a"));
    chmod(file_.c_str(), 0644);
    same("one", found("a"));
    fs::rename(file_, folder_.path() / "elsewhere");
    fs::create_symlink("elsewhere", file_);
    same("nothing", found("a"));
    fs::rename(folder_.path() / "elsewhere", file_);
    if (chown(file_.c_str(), geteuid() + 1, getegid()) != 0) return;  // only root can
    same("nothing", found("a"));
  }
  void what_nobody_asked_for_goes_when_it_is_too_much() {
    const std::string third(AnswerCache::most_bytes / 3, 'x');
    {
      AnswerCache cache(folder_.path(), "some", "makers");
      cache.keep("a", third);
      cache.keep("b", third);
      cache.save();
    }
    AnswerCache cache(folder_.path(), "some", "makers");
    cache.find("b");
    cache.keep("c", third);
    cache.save();
    CPPUNIT_ASSERT(fs::file_size(file_) < AnswerCache::most_bytes + 1000);
    same("nothing", found("a"));
    CPPUNIT_ASSERT(found("b") == third && found("c") == third);
  }
  void the_oldest_files_go() {
    for (std::size_t number = 0; number < AnswerCache::most_files + 3; ++number) {
      AnswerCache cache(folder_.path(), fmt::format("file{}", number), "makers");
      cache.keep("a", "one");
      cache.save();
      const auto time = fs::file_time_type::clock::now() - std::chrono::hours(100 - number);
      fs::last_write_time(folder_.path() / fmt::format("file{}.answers", number), time);
    }
    keep("a", "one");
    CPPUNIT_ASSERT(!fs::exists(folder_.path() / "file3.answers"));
    CPPUNIT_ASSERT(fs::exists(folder_.path() / "file4.answers"));
    same("one", found("a"));
  }
  void without_a_folder_nothing_is_kept() {
    AnswerCache cache("", "some", "makers");
    cache.keep("a", "one");
    cache.save();
    CPPUNIT_ASSERT(!cache.works() && !cache.find("a"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AnswerCacheTest);
