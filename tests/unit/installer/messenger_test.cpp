#include "installer/messenger.hpp"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <mutex>

using namespace lucie;
using namespace lucie::installer;
using namespace std::chrono_literals;

namespace {

/// A server that remembers what was posted and answers with `status` (0: no answer).
struct FakeServer {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::string>> posted;
  std::vector<std::string> troubles;
  std::atomic<int> status = 200, asked = 0;

  Messenger::Post post() {
    return [this](const std::string& path, const std::string& body, const auto&) {
      ++asked;
      const std::lock_guard lock(mutex);
      if (status == 200) posted.emplace_back(path, body);
      return status.load();
    };
  }
  Messenger::Trouble trouble() {
    return [this](const std::string& text) {
      const std::lock_guard lock(mutex);
      troubles.push_back(text);
    };
  }
  std::string log(const std::string& module) {
    const std::lock_guard lock(mutex);
    std::string text;
    for (const auto& [path, body] : posted) text += path == "/log/" + module ? body : "";
    return text;
  }
};

wire::Event event(const std::string& kind) {
  wire::Event event;
  event.kind = kind;
  return event;
}

}  // namespace

class MessengerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MessengerTest);
  CPPUNIT_TEST(lines_are_sent_together_and_before_the_events);
  CPPUNIT_TEST(what_could_not_be_told_is_told_later_in_order);
  CPPUNIT_TEST(a_log_that_waits_too_long_loses_its_oldest_lines);
  CPPUNIT_TEST(what_is_refused_is_dropped);
  CPPUNIT_TEST(flush_gives_up);
  CPPUNIT_TEST_SUITE_END();

 public:
  void lines_are_sent_together_and_before_the_events() {
    FakeServer server;
    Messenger messenger(server.post(), server.trouble());
    for (int line = 0; line < 100; ++line) messenger.log("mount", "line");
    messenger.tell(event("module_done"));
    CPPUNIT_ASSERT(messenger.flush(30s));
    CPPUNIT_ASSERT_EQUAL(std::size_t{500}, server.log("mount").size());
    CPPUNIT_ASSERT(server.posted.size() <= 4);
    CPPUNIT_ASSERT_EQUAL(std::string("/events"), server.posted.back().first);
    CPPUNIT_ASSERT_EQUAL(std::string("module_done"),
                         wire::events_from_json(server.posted.back().second).at(0).kind);
  }
  void what_could_not_be_told_is_told_later_in_order() {
    FakeServer server;
    server.status = 0;
    Messenger messenger(server.post(), server.trouble());
    messenger.log("mount", "one");
    messenger.tell(event("started"));
    while (server.asked == 0) std::this_thread::sleep_for(1ms);
    messenger.log("mount", "two");
    messenger.tell(event("finished"));
    server.status = 200;
    CPPUNIT_ASSERT(messenger.flush(60s));
    CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), server.log("mount"));
    std::string kinds;
    for (const auto& [path, body] : server.posted) {
      if (path != "/events") continue;
      for (const auto& each : wire::events_from_json(body)) kinds += each.kind + " ";
    }
    CPPUNIT_ASSERT_EQUAL(std::string("started finished "), kinds);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server.troubles.size());
  }
  void a_log_that_waits_too_long_loses_its_oldest_lines() {
    FakeServer server;
    server.status = 503;
    Messenger messenger(server.post(), server.trouble());
    const std::string line(1023, 'x');
    for (int count = 0; count < 3000; ++count) messenger.log("install", line);
    messenger.log("install", "the last");
    server.status = 200;
    CPPUNIT_ASSERT(messenger.flush(60s));
    const std::string log = server.log("install");
    CPPUNIT_ASSERT(log.size() <= Messenger::most_kept + 200);
    CPPUNIT_ASSERT(log.find("bytes left out") != std::string::npos);
    CPPUNIT_ASSERT(log.ends_with("\nthe last\n"));
  }
  void what_is_refused_is_dropped() {
    FakeServer server;
    server.status = 403;
    Messenger messenger(server.post(), server.trouble());
    messenger.tell(event("started"));
    CPPUNIT_ASSERT(messenger.flush(30s));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.troubles.size());
    CPPUNIT_ASSERT(server.troubles[0].find("status 403") != std::string::npos);
  }
  void flush_gives_up() {
    FakeServer server;
    server.status = 0;
    Messenger messenger(server.post(), server.trouble());
    messenger.tell(event("started"));
    CPPUNIT_ASSERT(!messenger.flush(10ms));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MessengerTest);
