// Which masters a node believes, and what a relay that has the ring's key can do to those behind it.
#include "dolly/trust.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/xattr.h>

#include "base/files.hpp"
#include "dolly/destination.hpp"
#include "dolly/handshake.hpp"
#include "dolly/issue_time.hpp"
#include "dolly/master.hpp"
#include "dolly/receiver.hpp"
#include "memory_network.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

class Remembering : public ReceiverEvents {
 public:
  void started(const Offer&, const string&) override {}
  void progress(const Reception::Progress&) override {}
  void ended(const string& why) override { ended_with = why; }
  void refused(const string&, const string& why) override { refused_with = why; }
  string ended_with = "not at all", refused_with;
};

/// Other bytes than the master's, of the same size.
class Forged : public ChunkFiles {
 public:
  void read(const ChunkPlace&, std::uint32_t, std::span<char> buffer) override {
    std::fill(buffer.begin(), buffer.end(), 'f');
  }
};

/// What a relay changes before it passes an offer on.
using Change = std::function<void(Offer&)>;

}  // namespace

class TrustTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TrustTest);
  CPPUNIT_TEST(an_offer_is_the_masters_or_nobodys);
  CPPUNIT_TEST(old_offers_are_not_taken);
  CPPUNIT_TEST(the_time_of_issue_lies_with_the_file);
  CPPUNIT_TEST(a_node_knows_its_name);
  CPPUNIT_TEST(each_part_of_a_chunk_is_signed);
  CPPUNIT_TEST(a_relay_cannot_change_the_contents);
  CPPUNIT_TEST(without_trust_it_can);
  CPPUNIT_TEST(a_relay_cannot_change_the_offer);
  CPPUNIT_TEST(a_relay_cannot_sign_with_a_key_of_its_own);
  CPPUNIT_TEST(signatures_pass_through_nodes_that_do_not_look);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"trust-test"};
  const base::SigningKey key_ = base::SigningKey::make(), other_ = base::SigningKey::make();
  test::MemoryNetwork network_;
  std::set<string> hops_;

  TrustOptions trusting(std::vector<base::SigningKey> keys) const {
    TrustOptions options{.root = folder_.path()};
    for (const auto& key : keys) options.keys.push_back(key.public_key());
    return options;
  }
  Offer signed_offer(std::uint64_t issued = 1'795'460'541'317) const {
    Offer offer;
    offer.transfer = string(32, 'a');
    offer.issued = issued;
    offer.files = {{"data/x", 150'000, 0644}};
    offer.ring = {{0, "n1", "n1", 1}, {1, "n2", "n2", 1}};
    offer.text = to_json(offer);
    offer.signature = key_.sign(signed_text(offer));
    return offer;
  }
  static string refusal(const std::function<void()>& check) {
    try {
      check();
    } catch (const NotTaken& refused) {
      CPPUNIT_ASSERT(refused.reason() == Refusal::trust);
      return refused.what();
    }
    return "taken";
  }
  static void says(const string& text, const string& part) {
    CPPUNIT_ASSERT_MESSAGE("'" + text + "' does not say '" + part + "'", text.find(part) != string::npos);
  }

 public:
  void an_offer_is_the_masters_or_nobodys() {
    const Trust trust(trusting({other_, key_})), stranger(trusting({other_}));
    const Trust anybody(TrustOptions{});
    const Offer offer = signed_offer();
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal([&] { trust.check(decode_offer(encode(offer))); }));
    says(refusal([&] { stranger.check(offer); }), "does not trust the key");
    for (const auto& change : std::vector<Change>{[](Offer& each) {
                                                    string text = each.text.plain();
                                                    each.text =
                                                        text.replace(text.find("data/x"), 6, "data/y");
                                                  },
                                                  [](Offer& each) { each.signature[5] ^= 1; }}) {
      Offer changed = offer;
      change(changed);
      says(refusal([&] { trust.check(decode_offer(encode(changed))); }), "changed on its way");
      CPPUNIT_ASSERT_EQUAL(string("taken"), refusal([&] { anybody.check(changed); }));
    }
    Offer bare = offer;
    bare.signature.clear();
    says(refusal([&] { trust.check(bare); }), "takes only what is signed");
    Offer fast = offer;
    fast.verify = Verify::fast;
    fast.text = to_json(fast);
    fast.signature = key_.sign(signed_text(fast));
    says(refusal([&] { trust.check(fast); }), "--verify fast");
  }
  void old_offers_are_not_taken() {
    const Offer older = signed_offer(1'795'460'000'000), newer = signed_offer(1'795'460'060'000);
    Trust trust(trusting({key_}));
    trust.check_newest(older);
    trust.completed(newer);
    says(refusal([&] { trust.check_newest(older); }),
         "issued at 2026-11-23T18:53:20Z, and data/x is of one from");
    trust.check_newest(newer);
    TrustOptions later = trusting({key_});
    later.issued_after = base::parse_time("2026-11-23T18:53:21Z");
    says(refusal([&] { Trust(later).check(older); }), "takes none from before 2026-11-23T18:53:21Z");
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal([&] { Trust(later).check(newer); }));
    TrustOptions young = trusting({key_});
    young.most_age = 60s;
    const auto now = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch() / 1ms);
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal([&] { Trust(young).check(signed_offer(now)); }));
    for (const std::uint64_t wrong : {now - 120'000, now + 120'000})
      says(refusal([&] { Trust(young).check(signed_offer(wrong)); }), "its clock shows");
  }
  void the_time_of_issue_lies_with_the_file() {
    fs::create_directories(folder_.path() / "data");
    base::write_file(folder_.path() / "data/x", "content");
    if (setxattr((folder_.path() / "data/x").c_str(), "user.lucie.test", "1", 1, 0) != 0)
      return;  // none here
    Trust(trusting({key_})).completed(signed_offer(1'795'460'060'000));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1'795'460'060'000}, IssueTimes(folder_.path()).read("data/x"));
    const Trust anew(trusting({key_}));
    says(refusal([&] { anew.check_newest(signed_offer(1'795'460'000'000)); }), "it is an old one");
    // What lies outside is not looked at.
    fs::create_symlink(folder_.path() / "data", folder_.path() / "data/link");
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, IssueTimes(folder_.path() / "data").read("link/x"));
  }
  void a_node_knows_its_name() {
    TrustOptions named;
    named.name = "n2";
    const Trust trust(named);
    Offer offer = signed_offer();
    says(refusal([&] { trust.check(offer); }), "it is 'n2', and was taken for 'n1'");
    offer.place = 1;
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal([&] { trust.check(offer); }));
  }
  void each_part_of_a_chunk_is_signed() {
    const Trust trust(trusting({key_}));
    ChunkHeader header{7, string(32, 'd'), 65'536, {}};
    header.signature = key_.sign(signed_text("transfer", header));
    CPPUNIT_ASSERT(trust.accepts("transfer", decode_chunk(encode(header))));
    CPPUNIT_ASSERT(!trust.accepts("another", header));
    ChunkHeader moved = header, longer = header, other = header, bare = header;
    moved.chunk = 8;
    longer.size += 1;
    other.sha256[31] = 'e';
    bare.signature.clear();
    for (const ChunkHeader& changed : {moved, longer, other, bare})
      CPPUNIT_ASSERT(!trust.accepts("transfer", changed));
  }

 private:
  MasterOptions ring_of_two() const {
    MasterOptions options;
    options.nodes = {{0, "n1", "n1", 1}, {1, "n2", "n2", 1}};
    options.key = "key";
    options.sign = key_;
    options.chunk_size = least_chunk;
    options.timing = {.beat = 20ms, .silence = 1500ms, .stall = 10s, .patience = 20s};
    options.linger = 5s;
    return options;
  }
  /// The node n1, which has the ring's key: it takes the offer, and sends n2 what it likes.
  void lie(Listener& listener, const Change& change) {
    Channel up(listener.accept(5s));
    receive_introduction(up, "key", 5s);
    Offer offer = decode_offer(expect_frame(up, Kind::begin, 5s));
    Channel down(network_.of("n1")->dial("n2", 0, 1s));
    try {
      introduce(down, "key", 5s);
      offer.from = 0;
      offer.place = 1;
      change(offer);
      down.send(Kind::begin, encode(offer));
      for (Kind kind{}; kind != Kind::have;) {
        kind = down.receive(5s).kind;
        if (kind == Kind::refuse) return;
      }
      send_forged(up, down, offer);
      for (;;) {
        const Frame frame = down.receive(5s);
        if (frame.kind == Kind::report && decode_reports(frame.payload).back().state == NodeState::done)
          down.send(Kind::end);
      }
    } catch (const ConnectionLost&) {  // n2 does not believe it
    }
  }
  /// Digests and contents that fit each other, with the signatures of the true chunks.
  void send_forged(Channel& up, Channel& down, const Offer& offer) {
    up.send(Kind::have);
    const Layout layout(offer.files, offer.chunk_size);
    Forged forged;
    MemoryPool pool;
    for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
      Frame frame = up.receive(5s);
      while (frame.kind != Kind::chunk) frame = up.receive(5s);
      ChunkHeader header = decode_chunk(frame.payload);
      header.sha256 = read_digest(forged, pool, layout, header.chunk, offer.verify);
      down.send(Kind::chunk, encode(header));
      down.send(read_blocks(forged, pool, layout, header.chunk, 0, header.size));
      up.send(Kind::beat, encode(Beat{}));
    }
  }
  struct Outcome {
    string states, content, refused;
  };
  Outcome run(TrustOptions trust, const Change& change) {
    fs::create_directories(folder_.path() / "n2");
    base::write_file(folder_.path() / "source", string(200'000, 'g'));
    const auto lying = network_.listen("n1"), listening = network_.listen("n2");
    const auto dialing = network_.of("n2"), master_dialing = network_.of("master");
    Remembering events;
    Thread liar([&] { lie(*lying, change); });
    Thread node([&] {
      Receiver({files_below(folder_.path() / "n2"), "key", std::move(trust)}, *dialing, *listening, events)
          .receive_one();
    });
    Source source({folder_.path() / "source"}, "copy");
    const MasterOptions options = ring_of_two();
    Master master(source, *master_dialing, options, {}, [&](const SpoiledReport& report) {
      hops_.insert(std::to_string(report.node) + " by " + std::to_string(report.by) + ": " +
                   to_string(report.damage));
    });
    Outcome outcome;
    for (const NodeReport& report : master.run()) outcome.states += string(to_string(report.state)) + " ";
    liar.join();
    node.join();
    outcome.content = base::read_file(folder_.path() / "n2/copy");
    outcome.refused = events.refused_with;
    return outcome;
  }
  const string genuine_ = string(200'000, 'g');

 public:
  void a_relay_cannot_change_the_contents() {
    const Outcome outcome = run(trusting({key_}), [](Offer&) {});
    CPPUNIT_ASSERT(outcome.content == genuine_);
    CPPUNIT_ASSERT_EQUAL(string("gone done "), outcome.states);
    CPPUNIT_ASSERT(hops_ == std::set<string>{"1 by 0: signature"});
  }
  /// So the test above tests something.
  void without_trust_it_can() {
    CPPUNIT_ASSERT(run({}, [](Offer&) {}).content == string(200'000, 'f'));
    CPPUNIT_ASSERT(hops_.empty());
  }
  void a_relay_cannot_change_the_offer() {
    const Outcome outcome = run(trusting({key_}), [](Offer& offer) {
      offer.files.front().path = "copy2";
      offer.text = to_json(offer);
    });
    CPPUNIT_ASSERT(outcome.content == genuine_);
    CPPUNIT_ASSERT(!fs::exists(folder_.path() / "n2/copy2"));
    says(outcome.refused, "changed on its way");
  }
  void a_relay_cannot_sign_with_a_key_of_its_own() {
    const Outcome outcome = run(trusting({key_}), [&](Offer& offer) {
      offer.files.front().mode = 0755;
      offer.text = to_json(offer);
      offer.signature = other_.sign(signed_text(offer));
    });
    CPPUNIT_ASSERT(outcome.content == genuine_);
    says(outcome.refused, "does not trust the key");
  }
  void signatures_pass_through_nodes_that_do_not_look() {
    const base::PublicKey public_key = key_.public_key();
    const auto first = network_.listen("n1"), second = network_.listen("n2");
    const auto from_first = network_.of("n1"), from_second = network_.of("n2"),
               dialing = network_.of("master");
    Remembering events;
    const auto take_part = [&](const string& name, Listener& listener, Network& network, TrustOptions trust) {
      fs::create_directories(folder_.path() / name);
      return Thread([this, name, &listener, &network, &events, trust] {
        Receiver({files_below(folder_.path() / name), "key", trust}, network, listener, events).receive_one();
      });
    };
    Thread one = take_part("n1", *first, *from_first, {});
    Thread two = take_part("n2", *second, *from_second, trusting({key_}));
    base::write_file(folder_.path() / "source", genuine_);
    Source source({folder_.path() / "source"}, "copy");
    string states;
    for (const NodeReport& report : Master(source, *dialing, ring_of_two()).run())
      states += string(to_string(report.state)) + " ";
    one.join();
    two.join();
    CPPUNIT_ASSERT_EQUAL(string("done done "), states);
    CPPUNIT_ASSERT(base::read_file(folder_.path() / "n2/copy") == genuine_);
    CPPUNIT_ASSERT_EQUAL(string(), events.refused_with);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TrustTest);
