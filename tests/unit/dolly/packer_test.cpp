#include "dolly/packer.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "blocks.hpp"
#include "dolly/connection.hpp"
#include "dolly/protocol.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;

class PackerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PackerTest);
  CPPUNIT_TEST(a_packed_block_comes_back);
  CPPUNIT_TEST(what_gains_nothing_goes_as_it_is);
  CPPUNIT_TEST(what_is_no_packed_block_becomes_zeros);
  CPPUNIT_TEST(it_stops_where_the_wire_is_faster);
  CPPUNIT_TEST(wrong_headers_are_refused);
  CPPUNIT_TEST_SUITE_END();

  static string text(std::size_t size) {
    string made;
    for (int number = 0; made.size() < size; ++number) made += std::to_string(number) + " ";
    return made.substr(0, size);
  }
  static string noise(std::size_t size) {
    string made(size, ' ');
    std::uint32_t state = 1;
    for (char& each : made) each = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return made;
  }
  static Block arrived(const Block& sent) {
    const BlockHeader header = decode_packed(sent.frame.substr(frame_header_size));
    return {header.chunk, header.offset, header.checksum, sent.frame, sent.memory, header.unpacked};
  }

 public:
  void a_packed_block_comes_back() {
    const string first = text(block_size), second = text(1000);
    Packer packer;
    const auto packed = packer.pack({test::block_of(3, 0, first), test::block_of(3, block_size, second)});
    CPPUNIT_ASSERT(packed[0].unpacked == block_size && packed[1].unpacked == 1000);
    CPPUNIT_ASSERT(packed[0].frame.size() < first.size() / 2);
    CPPUNIT_ASSERT_EQUAL(static_cast<char>(Kind::packed), packed[0].frame[0]);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1000}, packed[1].size());
    CPPUNIT_ASSERT(checksum_of(packed[0].content()) == packed[0].checksum);

    Unpacker unpacker;
    const std::vector<Block> both = {arrived(packed[0]), arrived(packed[1])};
    const auto back = unpacker.unpack(both);
    CPPUNIT_ASSERT(back[0].content() == first && back[1].content() == second);
    CPPUNIT_ASSERT(back[1].chunk == 3 && back[1].offset == block_size && back[1].unpacked == 0);
    CPPUNIT_ASSERT(checksum_of(first) == back[0].checksum);
  }
  void what_gains_nothing_goes_as_it_is() {
    const string content = noise(block_size);
    Packer packer;
    const auto sent = packer.pack({test::block_of(0, 0, content)});
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{0}, sent[0].unpacked);
    CPPUNIT_ASSERT(sent[0].content() == content);
    CPPUNIT_ASSERT(Unpacker().unpack(sent)[0].content() == content);
  }
  void what_is_no_packed_block_becomes_zeros() {
    Packer packer;
    Block wrong = packer.pack({test::block_of(0, 0, text(5000))})[0];
    wrong.memory[static_cast<std::ptrdiff_t>(wrong.content().data() - wrong.memory.get())] ^=
        1;  // zstd's mark
    CPPUNIT_ASSERT(Unpacker().unpack({&wrong, 1})[0].content() == string(5000, '\0'));
    wrong = packer.pack({test::block_of(0, 0, text(5000))})[0];
    wrong.unpacked = 4999;
    CPPUNIT_ASSERT(Unpacker().unpack({&wrong, 1})[0].content() == string(4999, '\0'));
  }
  void it_stops_where_the_wire_is_faster() {
    Packer packer;
    const Block block = test::block_of(0, 0, text(block_size));
    const auto send = [&](Clock::duration time) {
      for (int each = 0; each < 2000; ++each) packer.sent(packer.pack({block})[0].frame.size(), time);
    };
    send(std::chrono::nanoseconds(1));
    CPPUNIT_ASSERT(!packer.pays());
    send(std::chrono::seconds(1));
    CPPUNIT_ASSERT(packer.pays());
  }
  void wrong_headers_are_refused() {
    const auto header = [](std::uint32_t unpacked) { return encode(BlockHeader{1, 2, 3, unpacked}); };
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{77}, decode_packed(header(77)).unpacked);
    CPPUNIT_ASSERT_THROW(decode_packed(header(block_size + 1)), ConnectionLost);
    CPPUNIT_ASSERT_THROW(decode_packed(header(0)), ConnectionLost);  // too short
    CPPUNIT_ASSERT_THROW(decode_packed(string(20, '\0')), ConnectionLost);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PackerTest);
