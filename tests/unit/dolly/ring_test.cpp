#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <list>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "dolly/destination.hpp"
#include "dolly/master.hpp"
#include "dolly/receiver.hpp"
#include "memory_network.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

class Silent : public ReceiverEvents {
 public:
  void started(const Offer&, const string&) override {}
  void progress(const Reception::Progress&) override {}
  void ended(const string& why) override { ended_with = why; }
  void refused(const string&, const string&) override {}
  string ended_with;
};

/// A receiving node in threads of the test.
struct Node {
  Node(test::MemoryNetwork& network, const fs::path& root, const string& address, TrustOptions trust = {})
      : dialing(network.of(address)), listener(network.listen(address)), root(root / address) {
    fs::create_directories(this->root);
    thread = Thread([this, trust] {
      Receiver receiver({files_below(this->root), "key", trust}, *dialing, *listener, events);
      whole = receiver.receive_one([this] { return stopped.load(); });
      over = true;
    });
  }
  ~Node() {
    stopped = true;
    if (thread.joinable()) thread.join();
  }
  std::unique_ptr<Network> dialing;
  std::unique_ptr<Listener> listener;
  fs::path root;
  Silent events;
  std::atomic<bool> stopped = false, whole = false, over = false;
  Thread thread;
};

}  // namespace

class RingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RingTest);
  CPPUNIT_TEST(all_get_everything);
  CPPUNIT_TEST(checksums_alone_may_be_enough);
  CPPUNIT_TEST(a_killed_node_is_bypassed);
  CPPUNIT_TEST(neighbours_that_die_together_are_bypassed);
  CPPUNIT_TEST(a_hung_node_is_bypassed);
  CPPUNIT_TEST(the_last_node_may_die);
  CPPUNIT_TEST(damaged_blocks_come_again);
  CPPUNIT_TEST(a_node_that_is_sent_wrong_chunks_leaves_who_sends_them);
  CPPUNIT_TEST(a_node_that_is_sent_wrong_chunks_by_all_fails);
  CPPUNIT_TEST(a_late_node_gets_it_too);
  CPPUNIT_TEST(a_late_node_joins_at_the_end);
  CPPUNIT_TEST(a_source_that_changes_is_told);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"ring-test"};
  test::MemoryNetwork network_;
  std::list<Node> nodes_;
  std::set<string> hops_;  ///< "n2 by n1: block": what the master was told
  string spoiled_;
  const string content_ = [] {
    string content;
    for (std::uint32_t number = 0; content.size() < 3'000'000; ++number)
      content += std::to_string(number * 2654435761U);
    return content;
  }();

  void add(const string& name) { nodes_.emplace_back(network_, folder_.path(), name); }
  void add_all(int count) {
    for (int number = 1; number <= count; ++number) add("n" + std::to_string(number));
  }
  MasterOptions options(int count) const {
    MasterOptions options;
    for (int number = 1; number <= count; ++number) {
      const string name = "n" + std::to_string(number);
      options.nodes.push_back({static_cast<std::uint32_t>(number - 1), name, name, 1});
    }
    options.key = "key";
    options.chunk_size = 4 * block_size;
    options.timing = {.beat = 20ms, .silence = 1500ms, .stall = 10s, .slow = 10s, .patience = 20s};
    options.linger = 0ms;
    return options;
  }
  /// "n1:done n2:gone …"
  string run(const MasterOptions& options) {
    base::write_file(folder_.path() / "source", content_);
    Source source({folder_.path() / "source"}, "copy");
    const auto dialing = network_.of("master");
    Master master(source, *dialing, options, {}, [&](const SpoiledReport& report) {
      const auto name = [&](std::uint32_t id) {
        return id < options.nodes.size() ? options.nodes[id].name : "master";
      };
      hops_.insert(name(report.node) + " by " + name(report.by) + ": " + to_string(report.damage));
    });
    string text;
    for (const NodeReport& report : master.run()) {
      if (!text.empty()) text += " ";
      text += options.nodes[report.node].name + ":" + to_string(report.state);
    }
    spoiled_ = base::join({hops_.begin(), hops_.end()}, ", ");
    return text;
  }
  /// The nodes that say they have everything, and do.
  string whole() {
    string text;
    for (Node& node : nodes_) {
      for (int tries = 0; tries < 300 && !node.over; ++tries) sleep_for(10ms);
      node.stopped = true;
      node.thread.join();
      if (!node.whole) continue;
      CPPUNIT_ASSERT(base::read_file(node.root / "copy") == content_);
      text += (text.empty() ? "" : " ") + node.root.filename().string();
    }
    return text;
  }
  void kill_at(const string& name, std::size_t bytes) {
    network_.when_received(name, bytes, [this, name] { network_.kill(name); });
  }

 public:
  void all_get_everything() {
    add_all(6);
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:done n3:done n4:done n5:done n6:done"), run(options(6)));
    CPPUNIT_ASSERT_EQUAL(string("n1 n2 n3 n4 n5 n6"), whole());
    CPPUNIT_ASSERT(network_.received("master") < 100'000);  // what comes back is little
  }
  void checksums_alone_may_be_enough() {
    add_all(3);
    kill_at("n2", 1'000'000);
    MasterOptions fast = options(3);
    fast.verify = Verify::fast;
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:gone n3:done"), run(fast));
    CPPUNIT_ASSERT_EQUAL(string("n1 n3"), whole());
  }
  void a_killed_node_is_bypassed() {
    add_all(4);
    kill_at("n2", 1'000'000);
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:gone n3:done n4:done"), run(options(4)));
    CPPUNIT_ASSERT_EQUAL(string("n1 n3 n4"), whole());
  }
  void neighbours_that_die_together_are_bypassed() {
    add_all(6);
    // The first of them has the most.
    network_.when_received("n2", 1'000'000, [this] {
      for (const char* name : {"n2", "n3", "n4"}) network_.kill(name);
    });
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:gone n3:gone n4:gone n5:done n6:done"), run(options(6)));
    CPPUNIT_ASSERT_EQUAL(string("n1 n5 n6"), whole());
  }
  void a_hung_node_is_bypassed() {
    add_all(4);
    network_.when_received("n2", 1'000'000, [this] { network_.hang("n2"); });
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:gone n3:done n4:done"), run(options(4)));
    network_.kill("n2");
    CPPUNIT_ASSERT_EQUAL(string("n1 n3 n4"), whole());
  }
  void the_last_node_may_die() {
    add_all(2);
    kill_at("n2", 1'000'000);
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:gone"), run(options(2)));
  }
  void damaged_blocks_come_again() {
    add_all(2);
    int seen = 0, changed = 0;
    network_.tamper("n1", "n2", [&](string& bytes) {
      if (bytes.size() < block_size || ++seen % 10 != 3) return;
      bytes[40'000] ^= 1;
      ++changed;
    });
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:done"), run(options(2)));
    CPPUNIT_ASSERT_EQUAL(string("n1 n2"), whole());
    CPPUNIT_ASSERT(changed > 3);
    CPPUNIT_ASSERT_EQUAL(string("n2 by n1: block"), spoiled_);
  }
  /// Damage with a right checksum, as of a memory that is broken: the chunk's digest finds it.
  void spoil_chunk_two(const string& from, const string& to) {
    network_.tamper(from, to, [](string& bytes) {
      if (bytes.size() < block_size || bytes[0] != static_cast<char>(Kind::block)) return;
      BlockHeader header = decode_block(bytes.substr(5));
      if (header.chunk != 2 || header.offset != 0) return;
      bytes[100] ^= 1;
      header.checksum = checksum_of(bytes.substr(5 + block_header_size));
      bytes.replace(5, block_header_size, encode(header));
    });
  }
  void a_node_that_is_sent_wrong_chunks_leaves_who_sends_them() {
    add_all(3);
    spoil_chunk_two("n1", "n2");
    MasterOptions patient = options(3);
    patient.linger = 20s;
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:done n3:done"), run(patient));
    CPPUNIT_ASSERT_EQUAL(string("n1 n2 n3"), whole());
    // n3 may have got the same from n2, which did not spoil it.
    CPPUNIT_ASSERT_EQUAL(string("n2 by n1: digest"), spoiled_);
  }
  void a_node_that_is_sent_wrong_chunks_by_all_fails() {
    add_all(3);
    spoil_chunk_two("n1", "n2");
    spoil_chunk_two("master", "n2");
    MasterOptions patient = options(3);
    patient.linger = 20s;
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:failed n3:done"), run(patient));
    CPPUNIT_ASSERT_EQUAL(string("n1 n3"), whole());
    CPPUNIT_ASSERT_EQUAL(
        string("chunk 2 came damaged 3 times from the sender, after the same with another node"),
        std::next(nodes_.begin())->events.ended_with);
  }
  void a_late_node_gets_it_too() {
    add("n1");
    MasterOptions patient = options(2);
    patient.linger = 20s;
    Thread later([this] {
      sleep_for(1s);
      add("n2");
    });
    const string outcome = run(patient);
    later.join();
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:done"), outcome);
    CPPUNIT_ASSERT_EQUAL(string("n1 n2"), whole());
  }
  /// While the others are served: what it lacks comes from the last of them, and the master sends nothing
  /// twice.
  void a_late_node_joins_at_the_end() {
    add_all(2);
    network_.tamper("master", "n1", [](string& bytes) {
      if (bytes.size() > block_size) sleep_for(60ms);
    });
    int from_master = 0;
    network_.tamper("master", "n3", [&](string& bytes) { from_master += bytes.size() > block_size ? 1 : 0; });
    Thread later([this] {
      sleep_for(500ms);
      add("n3");
    });
    const string outcome = run(options(3));
    later.join();
    CPPUNIT_ASSERT_EQUAL(string("n1:done n2:done n3:done"), outcome);
    CPPUNIT_ASSERT_EQUAL(string("n1 n2 n3"), whole());
    CPPUNIT_ASSERT_EQUAL(0, from_master);
    CPPUNIT_ASSERT(network_.received("n1") < content_.size() + 100'000);
  }
  void a_source_that_changes_is_told() {
    add_all(1);
    network_.when_received("n1", 500'000, [this] { fs::resize_file(folder_.path() / "source", 1000); });
    CPPUNIT_ASSERT_THROW(run(options(1)), Error);
    CPPUNIT_ASSERT_EQUAL(string(), whole());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RingTest);
