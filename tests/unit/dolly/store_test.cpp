#include "dolly/store.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <map>

#include "blocks.hpp"

using namespace lucie::dolly;
using std::string;

namespace {

/// Files in memory, which count how often they are read.
class FilesInMemory : public ChunkFiles {
 public:
  void read(const ChunkPlace& place, std::uint32_t offset, std::span<char> buffer) override {
    ++reads;
    content.copy(buffer.data(), buffer.size(), place.offset + offset);
  }
  string content;
  int reads = 0;
};

bool never() {
  return false;
}

}  // namespace

class StoreTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreTest);
  CPPUNIT_TEST(blocks_come_in_order);
  CPPUNIT_TEST(the_order_is_that_of_arrival);
  CPPUNIT_TEST(new_blocks_are_taken_from_memory_old_ones_from_the_file);
  CPPUNIT_TEST(a_discarded_chunk_comes_anew);
  CPPUNIT_TEST(what_was_found_counts_when_it_is_confirmed);
  CPPUNIT_TEST(waiting_ends_with_the_store);
  CPPUNIT_TEST_SUITE_END();

  FilesInMemory files_;
  Layout layout_{{{"x", 3 * block_size + 10, 0644}}, 2 * block_size};
  Store store_{layout_, files_};
  const string digest_ = string(32, 'd');

  static Block block(std::uint32_t chunk, std::uint32_t offset, std::size_t size, char fill = 'x') {
    return lucie::test::block_of(chunk, offset, string(size, fill));
  }
  void put(const Block& block) { store_.put({&block, 1}); }
  void put_all(std::uint32_t chunk) {
    store_.announce(chunk, digest_);
    const std::uint32_t size = layout_.place(chunk).size;
    for (std::uint32_t offset = 0; offset < size; offset += block_size)
      put(block(chunk, offset, std::min<std::size_t>(block_size, size - offset)));
  }
  void write_all() {
    for (std::uint64_t bytes = store_.bytes_received(); bytes > 0;) {
      const auto blocks = store_.next_to_write();
      store_.written(blocks);
      for (const Block& block : blocks) bytes -= block.content().size();
    }
  }

 public:
  void blocks_come_in_order() {
    CPPUNIT_ASSERT_THROW(put(block(0, 0, block_size)), ConnectionLost);  // not announced
    CPPUNIT_ASSERT(store_.announce(0, digest_));
    CPPUNIT_ASSERT(store_.announce(0, digest_));
    CPPUNIT_ASSERT(!store_.announce(0, string(32, 'e')));
    CPPUNIT_ASSERT_THROW(put(block(0, block_size, block_size)), ConnectionLost);
    CPPUNIT_ASSERT_THROW(put(block(0, 0, 10)), ConnectionLost);
    put(block(0, 0, block_size));
    put(block(0, 0, block_size));  // from another predecessor: left out
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{block_size}, store_.bytes_received());
    put(block(0, block_size, block_size));
    CPPUNIT_ASSERT(store_.announce(1, digest_));
    put(block(1, 0, block_size));
    put(block(1, block_size, 10));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store_.next_to_write().size());  // of one chunk at a time
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, store_.next_to_write().at(1).chunk);
    CPPUNIT_ASSERT_THROW(store_.announce(9, digest_), Garbled);
  }
  void the_order_is_that_of_arrival() {
    put_all(1);
    put_all(0);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, *store_.in_order(0, milliseconds(1), never));
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{0}, *store_.in_order(1, milliseconds(1), never));
    CPPUNIT_ASSERT(!store_.in_order(2, milliseconds(1), never));
  }
  void new_blocks_are_taken_from_memory_old_ones_from_the_file() {
    constexpr std::uint32_t chunks = 200;  // 25 MiB: more than is kept
    files_.content.assign(std::size_t{chunks} * 2 * block_size, 'x');
    const Layout layout({{"x", files_.content.size(), 0644}}, 2 * block_size);
    Store store(layout, files_);
    for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
      store.announce(chunk, digest_);
      for (std::uint32_t offset : {0U, static_cast<std::uint32_t>(block_size)}) {
        const Block next = block(chunk, offset, block_size);
        store.put({&next, 1});
      }
      store.written(store.next_to_write());
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store.blocks(chunks - 1, 0, milliseconds(1), never).size());
    CPPUNIT_ASSERT_EQUAL(0, files_.reads);
    const auto old = store.blocks(0, block_size, milliseconds(1), never);
    CPPUNIT_ASSERT_EQUAL(1, files_.reads);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, old.size());
    CPPUNIT_ASSERT(old[0].frame == block(0, block_size, block_size).frame);
  }
  void a_discarded_chunk_comes_anew() {
    put_all(0);
    write_all();
    store_.discard(0);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, store_.bytes_received());
    CPPUNIT_ASSERT(store_.blocks(0, 0, milliseconds(1), never).empty());
    put(block(0, 0, block_size, 'y'));
    CPPUNIT_ASSERT_EQUAL('y', store_.blocks(0, 0, milliseconds(1), never).at(0).content()[0]);
  }
  void what_was_found_counts_when_it_is_confirmed() {
    store_.found(1, digest_);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, store_.present().size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, store_.bytes_verified());
    CPPUNIT_ASSERT(!store_.confirm(1, string(32, 'e')));
    CPPUNIT_ASSERT(!store_.confirm(0, digest_));
    CPPUNIT_ASSERT(store_.confirm(1, digest_));
    CPPUNIT_ASSERT(store_.confirm(1, digest_));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{block_size + 10}, store_.bytes_verified());
    CPPUNIT_ASSERT(store_.is_verified(1));
    CPPUNIT_ASSERT(!store_.complete());
    put_all(0);
    store_.verified(0);
    CPPUNIT_ASSERT(store_.complete());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, *store_.in_order(0, milliseconds(1), never));
  }
  void waiting_ends_with_the_store() {
    store_.close();
    CPPUNIT_ASSERT(store_.next_to_write().empty());
    CPPUNIT_ASSERT(!store_.wait_until_asked(1));
    CPPUNIT_ASSERT(!store_.in_order(0, std::chrono::hours(1), never));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoreTest);
