#include "base/checksum.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

// What the checksum is compared with: the same header, compiled without any choice of instructions.
#define XXH_INLINE_ALL
#include <xxhash.h>

using lucie::base::xxh3_64;

class ChecksumTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ChecksumTest);
  CPPUNIT_TEST(same_on_every_processor);
  CPPUNIT_TEST_SUITE_END();

 public:
  void same_on_every_processor() {
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0x2d06800538d394c2}, xxh3_64(""));
    std::string bytes;
    for (std::size_t size = 1; size <= 128 << 10; size = size * 5 / 4 + 1) {
      while (bytes.size() < size) bytes += static_cast<char>(bytes.size() * 2654435761U >> 13);
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{XXH3_64bits(bytes.data(), size)}, xxh3_64({bytes.data(), size}));
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ChecksumTest);
