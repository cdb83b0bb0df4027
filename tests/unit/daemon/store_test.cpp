#include "daemon/store.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

using namespace lucie;
using daemon::NodeRecord;
using daemon::Store;
using wire::NodeState;

class StoreTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreTest);
  CPPUNIT_TEST(whole_installation);
  CPPUNIT_TEST(everything_is_there_after_reopening);
  CPPUNIT_TEST(failure_keeps_the_node_armed_and_says_why);
  CPPUNIT_TEST(resumed_installation_leaves_failure);
  CPPUNIT_TEST(disarming_gives_the_state_before_back);
  CPPUNIT_TEST(disarming_does_not_stop_what_is_under_way);
  CPPUNIT_TEST(disarmed_installation_ends_with_the_next_boot);
  CPPUNIT_TEST(unarmed_boot_begins_nothing);
  CPPUNIT_TEST(second_local_boot_does_not_change_the_time);
  CPPUNIT_TEST(failed_writing_records_nothing);
  CPPUNIT_TEST(events_are_given_by_number_and_node);
  CPPUNIT_TEST(waiting_ends_with_an_event_and_with_closing);
  CPPUNIT_TEST(database_is_private);
  CPPUNIT_TEST(database_of_a_later_version_is_refused);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"store-test"};
  /// Moves on 10 s with every look.
  base::SystemTime now_ = base::parse_time("2026-11-23T04:00:00Z");
  Store store_{folder_.path() / "db", [this] { return now_ += std::chrono::seconds(10); }};

  static std::string kinds(const std::vector<wire::Event>& events) {
    std::vector<std::string> kinds;
    for (const auto& event : events) kinds.push_back(event.kind);
    return base::join(kinds, " ");
  }

 public:
  void whole_installation() {
    store_.arm({"a"}, "");
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::armed);
    CPPUNIT_ASSERT(store_.boot("a", "hash"));  // 04:00:20
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::booting);
    CPPUNIT_ASSERT_EQUAL(std::string("hash"), store_.node("a").token_hash);
    store_.record("a", {{.kind = "slice"}});
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::installing);
    store_.record("a", {{.kind = "started"},
                        {.kind = "module_started", .module = "partition"},
                        {.kind = "progress", .module = "partition", .fraction = 0.25}});
    CPPUNIT_ASSERT_EQUAL(std::string("partition"), store_.node("a").module);
    CPPUNIT_ASSERT_EQUAL(0.25, store_.node("a").fraction);
    CPPUNIT_ASSERT(store_.node("a").armed);
    store_.record("a", {{.kind = "finished"}});  // 04:01:10
    const NodeRecord finished = store_.node("a");
    CPPUNIT_ASSERT(finished.state == NodeState::installed);
    CPPUNIT_ASSERT(!finished.armed);
    CPPUNIT_ASSERT(finished.token_hash.empty());
    CPPUNIT_ASSERT_EQUAL(50.0, finished.seconds());
    CPPUNIT_ASSERT(!store_.boot("a", "other"));
    CPPUNIT_ASSERT_EQUAL(60.0, store_.node("a").seconds());
    CPPUNIT_ASSERT(store_.node("a").token_hash.empty());
    CPPUNIT_ASSERT_EQUAL(std::string("armed boot slice started module_started progress finished boot_local"),
                         kinds(store_.events(0, {})));
    CPPUNIT_ASSERT_EQUAL(60.0, store_.events(0, {}).back().seconds);
  }
  void everything_is_there_after_reopening() {
    store_.arm({"a"}, "repair");
    store_.boot("a", "hash");
    // A second connection sees what a process sees that starts after ours was killed.
    const Store again(folder_.path() / "db");
    CPPUNIT_ASSERT(again.node("a").state == NodeState::booting);
    CPPUNIT_ASSERT_EQUAL(std::string("repair"), again.node("a").installer);
    CPPUNIT_ASSERT_EQUAL(std::string("hash"), again.node("a").token_hash);
    CPPUNIT_ASSERT_EQUAL(store_.last_event(), again.last_event());
  }
  void failure_keeps_the_node_armed_and_says_why() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    store_.record(
        "a", {{.kind = "module_failed", .module = "partition", .message = "no disk"}, {.kind = "failed"}});
    const NodeRecord node = store_.node("a");
    CPPUNIT_ASSERT(node.state == NodeState::failed);
    CPPUNIT_ASSERT(node.armed);
    CPPUNIT_ASSERT_EQUAL(std::string("partition"), node.module);
    CPPUNIT_ASSERT_EQUAL(std::string("no disk"), node.message);
    CPPUNIT_ASSERT_EQUAL(-1.0, node.seconds());
  }
  void resumed_installation_leaves_failure() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    store_.record("a", {{.kind = "failed", .module = "install", .message = "x"}});
    store_.record("a", {{.kind = "module_started", .module = "install"}});
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::installing);
    CPPUNIT_ASSERT_EQUAL(std::string(), store_.node("a").message);
  }
  void disarming_gives_the_state_before_back() {
    store_.arm({"a", "b"}, "");
    store_.disarm({"a"});
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::unknown);
    CPPUNIT_ASSERT(store_.node("b").armed);
    store_.boot("b", "hash");
    store_.record("b", {{.kind = "finished"}});
    store_.arm({"b"}, "");
    store_.arm({"b"}, "");
    store_.disarm({"b"});
    CPPUNIT_ASSERT(store_.node("b").state == NodeState::installed);
    CPPUNIT_ASSERT(!store_.boot("b", "hash"));
  }
  void disarming_does_not_stop_what_is_under_way() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    store_.disarm({"a"});
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::booting);
    CPPUNIT_ASSERT_EQUAL(std::string("hash"), store_.node("a").token_hash);
    CPPUNIT_ASSERT(!store_.node("a").armed);
  }
  void disarmed_installation_ends_with_the_next_boot() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    store_.disarm({"a"});
    CPPUNIT_ASSERT(!store_.boot("a", "other"));
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::failed);
    CPPUNIT_ASSERT_EQUAL(std::string(), store_.node("a").token_hash);
    CPPUNIT_ASSERT(!store_.node("a").message.empty());
  }
  void unarmed_boot_begins_nothing() {
    CPPUNIT_ASSERT(!store_.boot("a", "hash"));
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::unknown);
    CPPUNIT_ASSERT(store_.node("a").token_hash.empty());
  }
  void second_local_boot_does_not_change_the_time() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    store_.record("a", {{.kind = "finished"}});
    store_.boot("a", "");
    const double seconds = store_.node("a").seconds();
    store_.boot("a", "");
    CPPUNIT_ASSERT_EQUAL(seconds, store_.node("a").seconds());
  }
  void failed_writing_records_nothing() {
    store_.arm({"a"}, "");
    store_.boot("a", "hash");
    const auto before = store_.last_event();
    {
      daemon::Database other(folder_.path() / "db");
      other.execute(
          "CREATE TRIGGER full BEFORE INSERT ON event WHEN new.kind = 'finished' "
          "BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    }
    CPPUNIT_ASSERT_THROW(store_.record("a", {{.kind = "started"}, {.kind = "finished"}}), EnvironmentError);
    CPPUNIT_ASSERT(store_.node("a").state == NodeState::booting);
    CPPUNIT_ASSERT(store_.node("a").armed);
    CPPUNIT_ASSERT_EQUAL(before, store_.last_event());
    CPPUNIT_ASSERT_EQUAL(std::string("armed boot"), kinds(store_.events(0, {})));
  }
  void events_are_given_by_number_and_node() {
    store_.arm({"a", "b", "c"}, "full");
    const auto all = store_.events(0, {});
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, all.size());
    CPPUNIT_ASSERT_EQUAL(std::string("2026-11-23T04:00:10Z"), all.front().time);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store_.events(all.front().id, {}).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, store_.events(all.front().id, {"a", "c"}).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store_.events(0, {}, 2).size());
    CPPUNIT_ASSERT_EQUAL(all.back().id, store_.last_event());
  }
  void waiting_ends_with_an_event_and_with_closing() {
    const auto never = std::chrono::steady_clock::now() + std::chrono::hours(1);
    CPPUNIT_ASSERT(!store_.wait(0, std::chrono::steady_clock::now()));
    std::thread arming([&] { store_.arm({"a"}, ""); });
    CPPUNIT_ASSERT(store_.wait(0, never));
    arming.join();
    std::thread closing([&] { store_.close(); });
    CPPUNIT_ASSERT(!store_.wait(store_.last_event(), never));
    closing.join();
  }
  void database_is_private() {
    struct stat status {};
    CPPUNIT_ASSERT_EQUAL(0, stat((folder_.path() / "db").c_str(), &status));
    CPPUNIT_ASSERT_EQUAL(mode_t{0600}, status.st_mode & 07777);
  }
  void database_of_a_later_version_is_refused() {
    const auto file = folder_.path() / "later";
    daemon::Database(file).execute("PRAGMA user_version = 99");
    CPPUNIT_ASSERT_THROW(Store{file}, EnvironmentError);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StoreTest);
