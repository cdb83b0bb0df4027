#include "dolly/offer.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "dolly/candidates.hpp"
#include "dolly/recipients.hpp"

using namespace lucie::dolly;
using std::string;

class OfferTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(OfferTest);
  CPPUNIT_TEST(an_offer_comes_back);
  CPPUNIT_TEST(nonsense_is_refused);
  CPPUNIT_TEST(a_long_list_is_packed_and_held_once);
  CPPUNIT_TEST(only_one_frame_of_a_known_size_is_unpacked);
  CPPUNIT_TEST(candidates_stand_behind_a_node);
  CPPUNIT_TEST(chunks_belong_to_one_file);
  CPPUNIT_TEST(the_list_of_a_tree_comes_first);
  CPPUNIT_TEST(a_stream_ends_with_its_shorter_chunk);
  CPPUNIT_TEST(a_stream_may_end_with_nothing);
  CPPUNIT_TEST(recipients_are_named_in_many_ways);
  CPPUNIT_TEST(wrong_recipients_are_told);
  CPPUNIT_TEST_SUITE_END();

  static Offer example() {
    Offer offer;
    offer.transfer = "0123";
    offer.pass = 2;
    offer.place = 1;
    offer.from = 0;
    offer.chunk_size = least_chunk;
    offer.files = {{"data/x", 150'000, 0640}, {"empty", 0, 0644}, {"tree", 70'000, 0755}};
    offer.files[1].attributes = Attributes{1, 2, 3'000'000'000, {{"user.a", "b"}}};
    offer.files[1].sparse = true;
    offer.files[2].content = Content::tree;
    offer.files[2].list = 66'000;
    offer.ring = {{4, "n4", "10.0.0.4", 8090}, {7, "n7", "10.0.0.7", 8091}};
    offer.verify = Verify::fast;
    offer.timing.silence = milliseconds(1234);
    return offer;
  }
  static void refuses_places(int from, int place) {
    Offer offer = example();
    offer.from = from;
    offer.place = place;
    CPPUNIT_ASSERT_THROW(decode_offer(encode(offer)), ConnectionLost);
  }
  static void refuses(const char* pointer, const nlohmann::json& value) {
    auto record = nlohmann::json::parse(to_json(example()));
    record[nlohmann::json::json_pointer(pointer)] = value;
    CPPUNIT_ASSERT_THROW_MESSAGE(pointer, offer_from_json(record.dump()), ConnectionLost);
  }

 public:
  void an_offer_comes_back() {
    Offer sent = example();
    sent.signature = string(64, 's');
    sent.issued = 1'795'460'541'317;
    const Offer back = decode_offer(encode(sent));
    CPPUNIT_ASSERT_EQUAL(to_json(sent), to_json(back));
    CPPUNIT_ASSERT_EQUAL(to_json(sent), back.text.plain());
    CPPUNIT_ASSERT_EQUAL(encode(sent), encode(back));
    CPPUNIT_ASSERT_EQUAL(1, back.place);
    CPPUNIT_ASSERT_EQUAL(sent.signature, back.signature);
    CPPUNIT_ASSERT_EQUAL(string(), decode_offer(encode(example())).signature);
    CPPUNIT_ASSERT_EQUAL(string("data/x"), back.files.at(0).path);
    CPPUNIT_ASSERT(!back.files[0].attributes && !back.files[0].sparse);
    CPPUNIT_ASSERT(sent.files[1].attributes == back.files[1].attributes && back.files[1].sparse);
    CPPUNIT_ASSERT(back.files[2].content == Content::tree);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{7}, back.ring.at(1).id);
    CPPUNIT_ASSERT(back.timing.silence == milliseconds(1234));
  }
  void nonsense_is_refused() {
    CPPUNIT_ASSERT_THROW(offer_from_json("{"), ConnectionLost);
    CPPUNIT_ASSERT_THROW(offer_from_json("{}"), ConnectionLost);
    refuses("/verify", "not at all");
    refuses("/files/0/stream", true);
    refuses("/files/0/unpack", true);
    refuses("/files/0/list", 0);
    refuses("/files/0/list", std::uint64_t{1} << 40);
    refuses("/files/0/size", std::uint64_t{1} << 62);
    refuses("/files/1/owner", -1);
    refuses_places(0, 2);
    refuses_places(1, 1);  // not nearer to the master
    refuses_places(-2, 1);
    CPPUNIT_ASSERT_THROW(decode_offer("short"), ConnectionLost);
    refuses("/issued", std::uint64_t{1} << 60);
    refuses("/encrypted", "perhaps");
    refuses("/chunk", 1000);
    refuses("/chunk", 1 << 30);
    refuses("/files", nlohmann::json::array());
    refuses("/files/0/size", -1.5e30);
    refuses("/files/0/size", std::uint64_t{1} << 60);
    refuses("/timing/beat_ms", 0);
    refuses("/ring/0/port", "many");
    refuses("/ring/0/port", 70000);
    refuses("/pass", 1e30);
    refuses("/timing/beat_ms", 1e30);
  }
  /// What the model of a long ring (docs/dolly-prediction.md) says of its list.
  void a_long_list_is_packed_and_held_once() {
    Offer sent = example();
    RingList::Nodes nodes;
    for (std::uint32_t node = 0; node < 10'000; ++node)
      nodes.push_back({node, fmt::format("cnode{:05}", node),
                       fmt::format("10.0.{}.{}", node / 250, node % 250 + 1), 8090});
    sent.ring = nodes;
    sent.text = to_json(sent);
    const string payload = encode(sent);
    CPPUNIT_ASSERT(payload.size() < 40'000);
    Offer one = decode_offer(payload), other = decode_offer(payload);
    CPPUNIT_ASSERT(&one.text.plain() == &other.text.plain());
    CPPUNIT_ASSERT(&one.ring[9999] == &other.ring[9999]);
    CPPUNIT_ASSERT(add_joined(one, 17));
    CPPUNIT_ASSERT_EQUAL(std::size_t{10'001}, one.ring.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, other.ring.size());
    CPPUNIT_ASSERT_EQUAL(sent.ring[9999].address, other.ring[9999].address);
  }
  void only_one_frame_of_a_known_size_is_unpacked() {
    const string plain = to_json(example()), packed = OfferText(plain).packed();
    CPPUNIT_ASSERT_EQUAL(plain, OfferText::unpack(packed).plain());
    CPPUNIT_ASSERT_EQUAL(packed, OfferText::unpack(packed).packed());
    for (const string& wrong :
         {string(), string("{}"), plain, packed + "x", packed + packed, packed.substr(0, packed.size() - 1)})
      CPPUNIT_ASSERT_THROW(OfferText::unpack(wrong), ConnectionLost);
    CPPUNIT_ASSERT_THROW(OfferText::unpack(OfferText(string((64 << 20) + 1, ' ')).packed()), ConnectionLost);
  }
  void candidates_stand_behind_a_node() {
    RingList ring;
    for (const std::uint32_t id : {5, 6, 7, 8, 6}) ring.push_back({id, "n", "n", 1});
    const auto left = [&](const Candidates& candidates) {
      string text;
      for (const RingNode& node : candidates.first(ring, candidates.size())) text += std::to_string(node.id);
      return text;
    };
    CPPUNIT_ASSERT_EQUAL(string("5786"), left(Candidates(ring, -1, {6})));
    Candidates candidates(ring, 0, {6});
    CPPUNIT_ASSERT_EQUAL(string("786"), left(candidates));
    candidates.drop(ring, 7);
    candidates.drop(ring, 7);
    ring.push_back({8, "n", "n", 1});
    candidates.join(ring);
    CPPUNIT_ASSERT_EQUAL(string("68"), left(candidates));
    CPPUNIT_ASSERT(Candidates(ring, 5, {6, 8}).empty());
  }
  void chunks_belong_to_one_file() {
    const Layout layout({{"a", 150'000, 0}, {"empty", 0, 0}, {"b", 65'536, 0}}, least_chunk);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{4}, layout.chunks());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{215'536}, layout.bytes());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{150'000 - 131'072}, layout.place(2).size);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{131'072}, layout.place(2).offset);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, layout.place(3).file);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, layout.place(3).offset);
  }
  void the_list_of_a_tree_comes_first() {
    std::vector<OfferedFile> files = {{"file", 1, 0}, {"tree", 65'537, 0}};
    files[1].content = Content::tree;
    files[1].list = 70'000;
    const Layout layout(files, least_chunk);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{5}, layout.chunks());
    CPPUNIT_ASSERT(layout.list_of(0).empty());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, layout.list_of(1).first);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, layout.list_of(1).end);
    CPPUNIT_ASSERT(layout.place(2).list && !layout.place(3).list);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{70'000 - 65'536}, layout.place(2).size);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, layout.place(3).offset);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, layout.place(4).size);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{135'538}, layout.bytes());
  }
  void a_stream_ends_with_its_shorter_chunk() {
    OfferedFile stream{"stream", 0, 0644};
    stream.content = Content::stream;
    Layout layout({stream}, least_chunk);
    CPPUNIT_ASSERT(layout.is_stream());
    CPPUNIT_ASSERT(layout.chunks() > 1'000'000);
    CPPUNIT_ASSERT_EQUAL(least_chunk, layout.place(7).size);
    CPPUNIT_ASSERT(layout.take_size(0, least_chunk));
    CPPUNIT_ASSERT(!layout.take_size(1, least_chunk + 1));
    CPPUNIT_ASSERT(layout.take_size(2, 5));
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, layout.chunks());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2 * least_chunk + 5}, layout.bytes());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{5}, layout.place(2).size);
    CPPUNIT_ASSERT(layout.take_size(2, 5) && layout.take_size(1, least_chunk));
    CPPUNIT_ASSERT(!layout.take_size(2, 6) && !layout.take_size(1, 6) && !layout.take_size(3, 0));
    CPPUNIT_ASSERT(!layout.take_size(2, least_chunk));
  }
  void a_stream_may_end_with_nothing() {
    OfferedFile stream{"stream", 0, 0644};
    stream.content = Content::stream;
    Layout layout({stream}, least_chunk);
    CPPUNIT_ASSERT(layout.take_size(1, 0));
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{2}, layout.chunks());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{0}, layout.place(1).size);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{least_chunk}, layout.bytes());
  }
  void recipients_are_named_in_many_ways() {
    const auto nodes = recipients("n[1-2], 10.0.0.9:99,x=10.0.0.3,n1", "missing.conf", false, 8090);
    string text;
    for (const RingNode& node : nodes)
      text += std::to_string(node.id) + " " + node.name + " " + node.address + " " +
              std::to_string(node.port) + "\n";
    CPPUNIT_ASSERT_EQUAL(string("0 n1 n1 8090\n1 n2 n2 8090\n2 10.0.0.9 10.0.0.9 99\n3 x 10.0.0.3 8090\n"),
                         text);
  }
  void wrong_recipients_are_told() {
    for (const char* wrong : {"", "n1:0", "n1:many", "=10.0.0.1", "x=", "@rack", "n[2-1]"})
      CPPUNIT_ASSERT_THROW_MESSAGE(wrong, recipients(wrong, "missing.conf", false, 1), lucie::Error);
    CPPUNIT_ASSERT_THROW(recipients("n1", "missing.conf", true, 1), lucie::EnvironmentError);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OfferTest);
