#include "dolly/destination.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "blocks.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
namespace fs = std::filesystem;

class DestinationTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DestinationTest);
  CPPUNIT_TEST(paths_stay_below_the_root);
  CPPUNIT_TEST(a_file_gets_its_name_at_the_end);
  CPPUNIT_TEST(what_is_there_is_found_again);
  CPPUNIT_TEST(a_refusal_leaves_nothing);
  CPPUNIT_TEST(two_receivers_do_not_share_a_file);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory root_{"dolly-test"};
  const std::vector<OfferedFile> files_ = {{"a/b/file", 150'000, 0640}};
  const Layout layout_{files_, least_chunk};

  void write(Destination& destination, std::uint32_t chunk, const string& content) const {
    std::vector<Block> blocks;
    for (std::uint32_t offset = 0; offset < content.size(); offset += block_size)
      blocks.push_back(test::block_of(chunk, offset, std::string_view(content).substr(offset, block_size)));
    destination.write(layout_.place(chunk), blocks);
  }

 public:
  void paths_stay_below_the_root() {
    for (const char* good : {"a", "a/b", "..a", "a.../b"}) check_path(good);
    for (const char* wrong : {"", "/a", "..", "a/../b", "./a", "a/", "a/..", "\xff"})
      CPPUNIT_ASSERT_THROW_MESSAGE(wrong, check_path(wrong), NoPlace);
  }
  void a_file_gets_its_name_at_the_end() {
    Destination destination(root_.path(), files_);
    destination.reserve();
    for (std::uint32_t chunk = 0; chunk < layout_.chunks(); ++chunk)
      write(destination, chunk, string(layout_.place(chunk).size, static_cast<char>('0' + chunk)));
    const fs::path file = root_.path() / "a/b/file";
    CPPUNIT_ASSERT(!fs::exists(file));
    string part(3, ' ');
    destination.read(layout_.place(1), 5, part);
    CPPUNIT_ASSERT_EQUAL(string("111"), part);
    destination.finish(layout_);
    CPPUNIT_ASSERT_EQUAL(std::uintmax_t{150'000}, fs::file_size(file));
    CPPUNIT_ASSERT(fs::status(file).permissions() == static_cast<fs::perms>(0640));
    CPPUNIT_ASSERT(!fs::exists(root_.path() / "a/b/.file.dolly"));
  }
  void what_is_there_is_found_again() {
    const string content(layout_.place(1).size, 'x');
    {
      Destination before(root_.path(), files_);
      before.reserve();
      write(before, 1, content);
    }
    Destination destination(root_.path(), files_);
    Store store(layout_, destination);
    destination.find_chunks(store, Verify::sha256, [] {});
    bool found = false;
    for (const ChunkHeader& header : store.present())
      found = found || (header.chunk == 1 && header.sha256 == base::from_hex(base::sha256_hex(content)));
    CPPUNIT_ASSERT(found);
  }
  void a_refusal_leaves_nothing() {
    CPPUNIT_ASSERT_THROW(Destination(root_.path(), {{"ok", 10, 0644}, {"../no", 10, 0644}}), NoPlace);
    CPPUNIT_ASSERT(fs::is_empty(root_.path()));
    try {
      Destination(root_.path(), {{"large", 1ULL << 55, 0644}});
      CPPUNIT_FAIL("there is no such room");
    } catch (const NoPlace& fault) {
      CPPUNIT_ASSERT(fault.reason() == Refusal::space);
    }
    CPPUNIT_ASSERT(fs::is_empty(root_.path()));
  }
  void two_receivers_do_not_share_a_file() {
    const Destination first(root_.path(), files_);
    try {
      Destination(root_.path(), files_);
      CPPUNIT_FAIL("both may write");
    } catch (const NoPlace& fault) {
      CPPUNIT_ASSERT(fault.reason() == Refusal::busy);
    }
    CPPUNIT_ASSERT(fs::exists(root_.path() / "a/b/.file.dolly"));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DestinationTest);
