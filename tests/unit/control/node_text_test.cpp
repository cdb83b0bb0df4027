#include "control/node_text.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/text.hpp"

using namespace lucie::control;
using lucie::wire::Event;
using lucie::wire::NodeState;
using lucie::wire::NodeStatus;

class NodeTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NodeTextTest);
  CPPUNIT_TEST(outcome_tells_time_or_reason);
  CPPUNIT_TEST(stage_names_the_module_only_at_work);
  CPPUNIT_TEST(progress_bar_is_as_wide_as_asked);
  CPPUNIT_TEST(event_is_one_line_without_control_characters);
  CPPUNIT_TEST(summary_counts_states);
  CPPUNIT_TEST(last_lines_of_a_log);
  CPPUNIT_TEST(durations);
  CPPUNIT_TEST_SUITE_END();

 public:
  static bool refused(const std::string& text) {
    try {
      read_duration(text);
      return false;
    } catch (const lucie::Error& error) {
      return error.status() == lucie::ExitStatus::usage;
    }
  }
  void outcome_tells_time_or_reason() {
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 installed 74 s"),
                         outcome_line({.name = "cnode00", .state = NodeState::installed, .seconds = 74.2}));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00 installed"),
                         outcome_line({.name = "cnode00", .state = NodeState::installed}));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode01 failed in partition: no \\x1bdisk"),
                         outcome_line({.name = "cnode01",
                                       .state = NodeState::failed,
                                       .module = "partition",
                                       .message = "no \x1b"
                                                  "disk"}));
  }
  void stage_names_the_module_only_at_work() {
    NodeStatus node{.name = "n", .state = NodeState::installing, .module = "mount"};
    CPPUNIT_ASSERT_EQUAL(std::string("installing mount"), stage(node));
    node.state = NodeState::armed;
    CPPUNIT_ASSERT_EQUAL(std::string("armed"), stage(node));
  }
  void progress_bar_is_as_wide_as_asked() {
    CPPUNIT_ASSERT_EQUAL(std::string("[#####-----]  50%"), progress_bar(0.5, 10));
    CPPUNIT_ASSERT_EQUAL(std::string("[##########] 100%"), progress_bar(1, 10));
    CPPUNIT_ASSERT_EQUAL(std::string(), progress_bar(-1, 10));
  }
  void event_is_one_line_without_control_characters() {
    const Event event{.id = 7,
                      .time = "2026-11-23T04:25:01Z",
                      .node = "cnode00",
                      .kind = "module_done",
                      .module = "partition",
                      .message = "two\nlines",
                      .seconds = 3.2};
    CPPUNIT_ASSERT_EQUAL(
        std::string("2026-11-23T04:25:01Z cnode00 module_done partition 3.2 s two\\x0alines"),
        event_line(event));
  }
  void summary_counts_states() {
    CPPUNIT_ASSERT_EQUAL(std::string("3 nodes: 2 installed, 1 failed"),
                         summary({{.name = "a", .state = NodeState::installed},
                                  {.name = "b", .state = NodeState::failed},
                                  {.name = "c", .state = NodeState::installed}}));
    CPPUNIT_ASSERT_EQUAL(std::string("1 node: 1 armed"), summary({{.name = "a", .state = NodeState::armed}}));
  }
  void last_lines_of_a_log() {
    CPPUNIT_ASSERT_EQUAL(std::string("b|c"), lucie::base::join(last_lines("a\nb\nc\n", 2), "|"));
    CPPUNIT_ASSERT_EQUAL(std::string("a|b"), lucie::base::join(last_lines("a\nb", 5), "|"));
    CPPUNIT_ASSERT(last_lines("", 3).empty());
  }
  void durations() {
    CPPUNIT_ASSERT(read_duration("90") == std::chrono::seconds(90));
    CPPUNIT_ASSERT(read_duration("5m") == std::chrono::minutes(5));
    CPPUNIT_ASSERT(read_duration("2h") == std::chrono::hours(2));
    for (const char* wrong : {"", "m", "5x", "-5", "0", "5 m"}) CPPUNIT_ASSERT(refused(wrong));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(NodeTextTest);
