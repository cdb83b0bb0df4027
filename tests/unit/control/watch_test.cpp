#include "control/watch.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/text.hpp"

using namespace lucie::control;
using lucie::base::join;
using lucie::wire::NodeState;
using lucie::wire::NodeStatus;

class WatchTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WatchTest);
  CPPUNIT_TEST(window_lets_through_as_many_as_it_is_wide);
  CPPUNIT_TEST(failed_nodes_make_room);
  CPPUNIT_TEST(nodes_that_others_armed_take_no_room);
  CPPUNIT_TEST(window_of_zero_is_open);
  CPPUNIT_TEST(booted_waits_for_the_own_disk);
  CPPUNIT_TEST(resume_leaves_out_installed_and_busy_nodes);
  CPPUNIT_TEST(names_are_percent_encoded);
  CPPUNIT_TEST(missing_lucied_is_told_with_what_to_do);
  CPPUNIT_TEST_SUITE_END();

  static NodeStatus node(const std::string& name, NodeState state) { return {.name = name, .state = state}; }
  /// What the window gives for these nodes, taken as armed.
  static std::string step(Window& window, const std::vector<NodeStatus>& nodes) {
    const auto more = window.next(nodes, false);
    window.hand_out(more);
    return join(more, " ");
  }

 public:
  void window_lets_through_as_many_as_it_is_wide() {
    Window window({"a", "b", "c"}, 2);
    CPPUNIT_ASSERT_EQUAL(std::string("a b"), step(window, {}));
    CPPUNIT_ASSERT_EQUAL(std::string(),
                         step(window, {node("a", NodeState::armed), node("b", NodeState::installing)}));
    CPPUNIT_ASSERT(window.waiting("c"));
    CPPUNIT_ASSERT_EQUAL(std::string("c"),
                         step(window, {node("a", NodeState::installed), node("b", NodeState::installing)}));
    CPPUNIT_ASSERT(!window.waiting("c"));
  }
  void failed_nodes_make_room() {
    Window window({"a", "b"}, 1);
    CPPUNIT_ASSERT_EQUAL(std::string("a"), step(window, {}));
    CPPUNIT_ASSERT_EQUAL(std::string("b"), step(window, {node("a", NodeState::failed)}));
  }
  void nodes_that_others_armed_take_no_room() {
    Window window({"a"}, 1);
    CPPUNIT_ASSERT_EQUAL(std::string("a"), step(window, {node("other", NodeState::installing)}));
  }
  void window_of_zero_is_open() {
    Window window({"a", "b", "c"}, 0);
    CPPUNIT_ASSERT_EQUAL(std::string("a b c"), step(window, {}));
  }
  void booted_waits_for_the_own_disk() {
    NodeStatus installed = node("a", NodeState::installed);
    installed.message = "not yet booted from its own disk";
    CPPUNIT_ASSERT(progress_of(installed, false) == Progress::installed);
    CPPUNIT_ASSERT(progress_of(installed, true) == Progress::under_way);
    installed.message.clear();
    CPPUNIT_ASSERT(progress_of(installed, true) == Progress::installed);
  }
  void resume_leaves_out_installed_and_busy_nodes() {
    CPPUNIT_ASSERT_EQUAL(std::string("a f"),
                         join(still_to_arm({node("a", NodeState::unknown), node("b", NodeState::armed),
                                            node("c", NodeState::booting), node("d", NodeState::installing),
                                            node("e", NodeState::installed), node("f", NodeState::failed)}),
                              " "));
  }
  void names_are_percent_encoded() {
    CPPUNIT_ASSERT_EQUAL(std::string("cnode%5B00-03%5D%2C%40rack1"), percent_encode("cnode[00-03],@rack1"));
  }
  void missing_lucied_is_told_with_what_to_do() {
    try {
      Client("/nonexistent/lucied.sock").nodes("all");
      CPPUNIT_FAIL("no error");
    } catch (const lucie::EnvironmentError& error) {
      CPPUNIT_ASSERT_EQUAL(
          std::string("lucied is not running (/nonexistent/lucied.sock: No such file or directory)"),
          std::string(error.what()));
      CPPUNIT_ASSERT(!error.fault().hint.empty());
    }
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WatchTest);
