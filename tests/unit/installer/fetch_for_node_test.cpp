#include "installer/fetch_for_node.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "../net/loopback_server.hpp"
#include "base/error.hpp"

using namespace lucie;
using namespace lucie::installer;

namespace {

class Notes : public base::SilentReporter {
 public:
  void note(const std::string& text) override { text_ += text + "\n"; }
  std::string text_;
};

std::string answer(const std::string& status) {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy";
}

}  // namespace

class FetchForNodeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FetchForNodeTest);
  CPPUNIT_TEST(asks_again_when_nothing_came);
  CPPUNIT_TEST(asks_again_when_the_server_is_busy);
  CPPUNIT_TEST(takes_no_for_an_answer);
  CPPUNIT_TEST(does_not_hand_out_a_beginning_twice);
  CPPUNIT_TEST_SUITE_END();

  Notes notes_;

  std::string fetch(const LoopbackServer& server) {
    const ModuleContext context{.slice = {}, .target = {}, .run = {}, .token = "t", .reporter = notes_};
    return fetch_for_node(context, server.url("/v1/nodes/n/overlay.tar"));
  }
  std::string message_of(const LoopbackServer& server) {
    try {
      fetch(server);
    } catch (const EnvironmentError& error) {
      return error.what();
    }
    return "no error";
  }

 public:
  void asks_again_when_nothing_came() {
    int asked = 0;
    const LoopbackServer server([&](const std::string&) { return asked++ == 0 ? "" : ok("overlay"); });
    CPPUNIT_ASSERT_EQUAL(std::string("overlay"), fetch(server));
    CPPUNIT_ASSERT_EQUAL(2, server.requests());
    CPPUNIT_ASSERT(notes_.text_.find("trying again in 1 s") != std::string::npos);
  }

  void asks_again_when_the_server_is_busy() {
    int asked = 0;
    const LoopbackServer server(
        [&](const std::string&) { return asked++ == 0 ? answer("503 Service Unavailable") : ok("overlay"); });
    CPPUNIT_ASSERT_EQUAL(std::string("overlay"), fetch(server));
    CPPUNIT_ASSERT_EQUAL(server.url("/v1/nodes/n/overlay.tar") + ": status 503: busy; trying again in 1 s\n",
                         notes_.text_);
  }

  void takes_no_for_an_answer() {
    const LoopbackServer server([](const std::string&) { return answer("403 Forbidden"); });
    CPPUNIT_ASSERT(message_of(server).ends_with("status 403: busy"));
    CPPUNIT_ASSERT_EQUAL(1, server.requests());
  }

  void does_not_hand_out_a_beginning_twice() {
    const LoopbackServer server(
        [](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning"; });
    CPPUNIT_ASSERT(message_of(server) != "no error");
    CPPUNIT_ASSERT_EQUAL(1, server.requests());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FetchForNodeTest);
