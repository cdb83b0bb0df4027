#include "wire/event.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"

using namespace lucie::wire;

class EventTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EventTest);
  CPPUNIT_TEST(event_keeps_what_was_said_and_leaves_out_what_was_not);
  CPPUNIT_TEST(events_come_back);
  CPPUNIT_TEST(strange_events_are_refused);
  CPPUNIT_TEST(node_states_come_back);
  CPPUNIT_TEST(bytes_that_are_no_text_do_not_stop_a_record);
  CPPUNIT_TEST_SUITE_END();

  static std::string refusal(const std::string& text) {
    try {
      events_from_json(text);
    } catch (const lucie::Error& error) {
      return error.what();
    }
    return "taken";
  }

 public:
  void event_keeps_what_was_said_and_leaves_out_what_was_not() {
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"version":1,"kind":"started"})"), to_json(Event{.kind = "started"}));
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            R"({"version":1,"id":7,"time":"2026-11-23T04:25:01Z","node":"cnode00","kind":"module_done",)"
            R"("module":"mount","fraction":0.25,"seconds":1.5})"),
        to_json(Event{.id = 7,
                      .time = "2026-11-23T04:25:01Z",
                      .node = "cnode00",
                      .kind = "module_done",
                      .module = "mount",
                      .fraction = 0.25,
                      .seconds = 1.5}));
  }
  void events_come_back() {
    const std::vector<Event> events = {
        {.id = 1, .time = "2026-11-23T04:25:01Z", .node = "a", .kind = "failed", .message = "no \"disk\"\n"},
        {.kind = "progress", .module = "install", .fraction = 1}};
    const std::string text = to_json(events);
    CPPUNIT_ASSERT_EQUAL(text, to_json(events_from_json(text)));
    CPPUNIT_ASSERT_EQUAL(std::string("no \"disk\"\n"), events_from_json(text).at(0).message);
    CPPUNIT_ASSERT(events_from_json(text).at(1).seconds < 0);
  }
  void strange_events_are_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("unknown kind of event 'explode'"),
                         refusal(R"({"version":1,"events":[{"kind":"explode"}]})"));
    CPPUNIT_ASSERT_EQUAL(std::string("events of format 2, but this program knows format 1"),
                         refusal(R"({"version":2,"events":[]})"));
    CPPUNIT_ASSERT_EQUAL(
        std::string("1e+30 is no whole number from -9223372036854775808 to 9223372036854775807"),
        refusal(R"({"version":1,"events":[{"kind":"note","id":1e30}]})"));
    for (const char* text : {"", "[]", "{}", "null", R"({"version":1})", R"({"version":1,"events":[{}]})",
                             R"({"version":1,"events":[{"kind":"note","fraction":"x"}]})"}) {
      CPPUNIT_ASSERT_MESSAGE(text, refusal(text).starts_with("these are no events: "));
    }
  }
  void node_states_come_back() {
    const std::vector<NodeStatus> nodes = {{.name = "cnode00",
                                            .address = "192.168.10.1",
                                            .mac_address = "52:54:00:12:34:01",
                                            .installer = "full",
                                            .state = NodeState::installing,
                                            .armed = true,
                                            .module = "install",
                                            .fraction = 0.5,
                                            .since = "2026-11-23T04:25:01Z"},
                                           {.name = "cnode01"}};
    const std::string text = to_json(nodes);
    CPPUNIT_ASSERT_EQUAL(text, to_json(nodes_from_json(text)));
    CPPUNIT_ASSERT(nodes_from_json(text).at(0).state == NodeState::installing);
    CPPUNIT_ASSERT_THROW(node_state_from_string("sleeping"), lucie::Error);
  }
  void bytes_that_are_no_text_do_not_stop_a_record() {
    const auto events = events_from_json(to_json(std::vector<Event>{{.kind = "note", .message = "a\xFF z"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("a\xEF\xBF\xBD z"), events.at(0).message);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EventTest);
