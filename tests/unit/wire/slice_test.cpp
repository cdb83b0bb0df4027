#include "wire/slice.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

using namespace lucie::wire;

class SliceTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SliceTest);
  CPPUNIT_TEST(slice_comes_back_whole);
  CPPUNIT_TEST(what_is_no_slice_is_refused);
  CPPUNIT_TEST_SUITE_END();

  static Slice example() {
    Slice slice{.host = "cnode00", .domain = "cluster.example.org", .mac_address = "52:54:00:12:34:01"};
    slice.address = "192.168.10.1";
    slice.netmask = "255.255.255.0";
    slice.modules = {"init", "partition"};
    slice.partitions = {{"/", "ext4", 1ULL << 30, 0, {"noatime"}}};
    slice.base_size = 5'000'000'000;
    slice.packages = {"openssh-server=1:9.2p1-2"};
    slice.scripts = {{"base", "10-locale", "base/10-locale"}};
    slice.environment = {{"LUCIE_HOST", "cnode00"}};
    slice.answers = {{"base", {{"timezone", "Asia/Tokyo"}}}};
    slice.timeouts = {{"install", 1800}};
    return slice;
  }

 public:
  void slice_comes_back_whole() {
    const std::string text = to_json(example());
    const Slice slice = slice_from_json(text);
    CPPUNIT_ASSERT_EQUAL(text, to_json(slice));
    CPPUNIT_ASSERT_EQUAL(std::string("Asia/Tokyo"), slice.answers.at("base").at("timezone"));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{5'000'000'000}, slice.base_size);
    CPPUNIT_ASSERT_EQUAL(std::string("noatime"), slice.partitions.at(0).options.at(0));
    CPPUNIT_ASSERT_EQUAL(1800, slice.timeouts.at("install"));
  }
  void what_is_no_slice_is_refused() {
    for (const char* text :
         {"", "{}", "[1]", R"({"version":1})", R"({"version":2})", "<html>", R"({"version":1e30})"}) {
      CPPUNIT_ASSERT_THROW_MESSAGE(text, slice_from_json(text), lucie::Error);
    }
    auto wrong = nlohmann::json::parse(to_json(example()));
    wrong["base_size"] = 1e30;
    CPPUNIT_ASSERT_THROW(slice_from_json(wrong.dump()), lucie::Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SliceTest);
