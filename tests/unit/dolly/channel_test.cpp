#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "dolly/bytes.hpp"
#include "dolly/handshake.hpp"
#include "dolly/known_reports.hpp"
#include "memory_network.hpp"

using namespace lucie::dolly;
using std::string;
using std::chrono::seconds;

class ChannelTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ChannelTest);
  CPPUNIT_TEST(numbers_are_in_network_byte_order);
  CPPUNIT_TEST(messages_are_read_back);
  CPPUNIT_TEST(many_reports_travel_together);
  CPPUNIT_TEST(what_settles_a_node_is_urgent);
  CPPUNIT_TEST(short_and_senseless_messages_are_refused);
  CPPUNIT_TEST(both_ends_with_the_key_agree);
  CPPUNIT_TEST(another_key_is_refused_by_both_ends);
  CPPUNIT_TEST(a_key_and_none_do_not_go_together);
  CPPUNIT_TEST(strangers_cannot_send_much);
  CPPUNIT_TEST(a_changed_frame_ends_the_connection);
  CPPUNIT_TEST(a_repeated_frame_ends_the_connection);
  CPPUNIT_TEST_SUITE_END();

  lucie::test::MemoryNetwork network_;
  std::unique_ptr<Listener> listener_ = network_.listen("b");

  /// A dialled pair; `dialer` is a's end.
  struct Ends {
    std::unique_ptr<Channel> dialer, listener;
  };
  Ends dial() {
    Ends ends;
    ends.dialer = std::make_unique<Channel>(network_.of("a")->dial("b", 0, seconds(1)));
    ends.listener = std::make_unique<Channel>(listener_->accept(seconds(1)));
    return ends;
  }
  /// What the handshake comes to at both ends; "good" when it succeeds.
  static std::pair<string, string> shake(Ends& ends, const string& dialing, const string& listening) {
    string listened = "good", dialled = "good";
    Thread other([&] {
      try {
        receive_introduction(*ends.listener, listening, seconds(5));
      } catch (const ConnectionLost& loss) {
        listened = loss.what();
        ends.listener->shut_down();
      }
    });
    try {
      introduce(*ends.dialer, dialing, seconds(5));
    } catch (const ConnectionLost& loss) {
      dialled = loss.what();
      ends.dialer->shut_down();
    }
    other.join();
    return {dialled, listened};
  }

 public:
  void numbers_are_in_network_byte_order() {
    CPPUNIT_ASSERT_EQUAL(string("0000000500000040000000000000abcd"),
                         lucie::base::to_hex(encode(BlockHeader{5, 64, 0xabcd})));
    CPPUNIT_ASSERT_EQUAL(string("00000007"
                                "03"
                                "0000000000000100"
                                "0000000000000002"
                                "0003"
                                "776879"),
                         lucie::base::to_hex(encode(NodeReport{7, NodeState::gone, 0x100, "why", 2})));
  }
  void messages_are_read_back() {
    const NodeReport report =
        decode_reports(encode(NodeReport{7, NodeState::failed, 1ULL << 40, "no room\x1b[2J", 3})).at(0);
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{7}, report.node);
    CPPUNIT_ASSERT(report.state == NodeState::failed);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 40, report.verified);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, report.pass);
    CPPUNIT_ASSERT_EQUAL(string("no room\\x1b[2J"), report.why);  // it ends up on terminals
    const RefuseMessage refusal = decode_refuse(encode(RefuseMessage{Refusal::space, "full"}));
    CPPUNIT_ASSERT(refusal.why == Refusal::space);
    CPPUNIT_ASSERT_EQUAL(string("full"), refusal.text);
    const ChunkHeader header = decode_chunk(encode(ChunkHeader{5, string(32, 'd'), 70'000, string(64, 's')}));
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{70'000}, header.size);
    CPPUNIT_ASSERT_EQUAL(string(64, 's'), header.signature);
    CPPUNIT_ASSERT_EQUAL(string(64, '\0'),
                         decode_chunk(encode(ChunkHeader{5, string(32, 'd'), 1, {}})).signature);
    const SpoiledReport spoiled =
        decode_spoiled(encode(SpoiledReport{3, SpoiledReport::master, Damage::digest, 9, 2}));
    CPPUNIT_ASSERT(spoiled.node == 3 && spoiled.by == SpoiledReport::master && spoiled.chunk == 9);
    CPPUNIT_ASSERT(spoiled.damage == Damage::digest && spoiled.times == 2);
    const Beat beat = decode_beat(encode(Beat{3, 2}));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, beat.received);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, beat.verified);
  }
  void many_reports_travel_together() {
    std::vector<NodeReport> sent;
    for (std::uint32_t node = 0; node < 200; ++node)
      sent.push_back({node, NodeState::gone, node, string(node % 2 == 0 ? 0 : 2000, 'w'), 1});
    std::uint32_t node = 0;
    for (std::span<const NodeReport> rest = sent; !rest.empty();) {
      const string payload = encode_some(rest);
      CPPUNIT_ASSERT(payload.size() <= 4096);
      for (const NodeReport& report : decode_reports(payload)) {
        CPPUNIT_ASSERT_EQUAL(node, report.node);
        CPPUNIT_ASSERT_EQUAL(std::size_t{node % 2 == 0 ? 0U : 1000U}, report.why.size());
        ++node;
      }
    }
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{200}, node);
    CPPUNIT_ASSERT_THROW(decode_reports(encode(sent[0]) + "1"), Garbled);
  }
  void what_settles_a_node_is_urgent() {
    const auto told = [](KnownReports& known) {
      string text;
      for (const NodeReport& report : known.take_untold())
        text += std::to_string(report.node) + to_string(report.state) + report.why + " ";
      return text;
    };
    KnownReports known;
    known.hear({9, NodeState::receiving, 10, "", 1});
    known.hear({3, NodeState::receiving, 10, "", 1});
    CPPUNIT_ASSERT(!known.is_urgent());
    known.hear({9, NodeState::gone, 10, "!", 1});
    CPPUNIT_ASSERT(known.is_urgent());
    CPPUNIT_ASSERT_EQUAL(string("3receiving 9gone! "), told(known));
    CPPUNIT_ASSERT(!known.is_urgent());
    CPPUNIT_ASSERT_EQUAL(string(), told(known));
    known.hear({9, NodeState::done, 20, "", 1});
    known.hear({9, NodeState::receiving, 15, "", 1});  // it was late
    CPPUNIT_ASSERT_EQUAL(string("9done "), told(known));
    known.tell_all_again();
    CPPUNIT_ASSERT(known.is_urgent());
    CPPUNIT_ASSERT_EQUAL(string("3receiving 9done "), told(known));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, known.all().size());
  }
  void short_and_senseless_messages_are_refused() {
    CPPUNIT_ASSERT_THROW(decode_beat("1234567"), ConnectionLost);
    CPPUNIT_ASSERT_THROW(decode_chunk(string(103, 'x')), ConnectionLost);
    CPPUNIT_ASSERT_THROW(decode_block("short"), ConnectionLost);
    string report = encode(NodeReport{1, NodeState::done, 0, "", 1});
    report[4] = 9;
    CPPUNIT_ASSERT_THROW(decode_reports(report), ConnectionLost);
    string spoiled = encode(SpoiledReport{});
    for (const char damage : {0, 5}) {
      spoiled[8] = damage;
      CPPUNIT_ASSERT_THROW(decode_spoiled(spoiled), Garbled);
    }
  }
  void both_ends_with_the_key_agree() {
    for (const string& key : {string("secret"), string()}) {
      Ends ends = dial();
      CPPUNIT_ASSERT(shake(ends, key, key) == std::pair(string("good"), string("good")));
      ends.dialer->send(Kind::begin, string(100'000, 'x'));
      CPPUNIT_ASSERT_EQUAL(std::size_t{100'000}, ends.listener->receive(seconds(1)).payload.size());
      ends.listener->send(Kind::beat, "up");
      CPPUNIT_ASSERT(ends.dialer->receive(seconds(1)).payload == "up");
    }
  }
  void another_key_is_refused_by_both_ends() {
    Ends ends = dial();
    const auto [dialled, listened] = shake(ends, "one", "other");
    CPPUNIT_ASSERT_EQUAL(string("it does not have our key"), dialled);
    CPPUNIT_ASSERT(listened != "good");
  }
  void a_key_and_none_do_not_go_together() {
    Ends keyed = dial(), open = dial();
    CPPUNIT_ASSERT_EQUAL(string("it takes part in rings without a key only"), shake(keyed, "key", "").first);
    CPPUNIT_ASSERT_EQUAL(string("it wants a key"), shake(open, "", "key").first);
  }
  void strangers_cannot_send_much() {
    Ends ends = dial();
    ends.dialer->send(Kind::hello, string(2000, 'x'));
    CPPUNIT_ASSERT_THROW(receive_introduction(*ends.listener, "", seconds(1)), ConnectionLost);
  }
  void a_changed_frame_ends_the_connection() {
    Ends ends = dial();
    CPPUNIT_ASSERT_EQUAL(string("good"), shake(ends, "key", "key").first);
    network_.tamper("a", "b", [](string& bytes) { bytes[7] ^= 1; });
    ends.dialer->send(Kind::begin, "content");
    CPPUNIT_ASSERT_THROW(ends.listener->receive(seconds(1)), ConnectionLost);
  }
  void a_repeated_frame_ends_the_connection() {
    Ends ends = dial();
    CPPUNIT_ASSERT_EQUAL(string("good"), shake(ends, "key", "key").first);
    network_.tamper("a", "b", [](string& bytes) { bytes += bytes; });
    ends.dialer->send(Kind::idle);
    CPPUNIT_ASSERT(ends.listener->receive(seconds(1)).kind == Kind::idle);
    CPPUNIT_ASSERT_THROW(ends.listener->receive(seconds(1)), ConnectionLost);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ChannelTest);
