#include "dolly/tls.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "dolly/handshake.hpp"
#include "memory_network.hpp"

using namespace lucie::dolly;
using std::string;
using std::chrono::seconds;

class TlsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TlsTest);
  CPPUNIT_TEST(what_is_said_arrives_and_cannot_be_read);
  CPPUNIT_TEST(both_directions_at_once);
  CPPUNIT_TEST(the_cipher_gets_new_keys);
  CPPUNIT_TEST(another_key_is_refused);
  CPPUNIT_TEST(who_knows_nothing_of_it_is_told);
  CPPUNIT_TEST(a_changed_record_is_noticed);
  CPPUNIT_TEST(who_does_not_encrypt_is_understood);
  CPPUNIT_TEST_SUITE_END();

  lucie::test::MemoryNetwork network_;
  std::unique_ptr<Listener> listener_ = network_.listen("b");
  string wire_;  ///< what went from a to b

  struct Ends {
    std::unique_ptr<Connection> dialer;
    std::unique_ptr<DialledConnection> listener;
    string dialled = "good", listened = "good";
  };
  Ends dial(const string& dialing, const string& listening, std::uint64_t bytes_a_key = 1 << 30) {
    Ends ends;
    auto plain = network_.of("a")->dial("b", 0, seconds(1));
    ends.listener = std::make_unique<DialledConnection>(listener_->accept(seconds(1)));
    Thread other([&] {
      try {
        const Tls tls(listening, bytes_a_key);
        CPPUNIT_ASSERT(ends.listener->begin(&tls, seconds(5)));
      } catch (const ConnectionLost& loss) {
        ends.listened = loss.what();
        ends.listener->shut_down();
      }
    });
    try {
      ends.dialer = Tls(dialing, bytes_a_key).dial(std::move(plain), seconds(5));
    } catch (const ConnectionLost& loss) {
      ends.dialled = loss.what();
    }
    other.join();
    return ends;
  }
  static void write(Connection& connection, const string& text) {
    const std::string_view piece = text;
    connection.write({&piece, 1});
  }
  static string read(Connection& connection, std::size_t size) {
    string text(size, '\0');
    for (std::size_t there = 0; there < size;) {
      const std::size_t count = connection.read(text.data() + there, size - there, size - there, seconds(5));
      if (count == 0) throw ConnectionLost("closed");
      there += count;
    }
    return text;
  }

 public:
  void what_is_said_arrives_and_cannot_be_read() {
    network_.tamper("a", "b", [this](string& bytes) { wire_ += bytes; });
    Ends ends = dial("key", "key");
    CPPUNIT_ASSERT_EQUAL(string("good"), ends.dialled);
    write(*ends.dialer, "a word that nobody else reads");
    CPPUNIT_ASSERT_EQUAL(string("a word that nobody else reads"), read(*ends.listener, 29));
    CPPUNIT_ASSERT(wire_.size() > 29 && wire_.find("nobody") == string::npos);
    write(*ends.listener, "back");
    CPPUNIT_ASSERT_EQUAL(string("back"), read(*ends.dialer, 4));
    ends.dialer->shut_down();
    char byte = 0;
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, ends.listener->read(&byte, 1, 1, seconds(5)));
  }
  void both_directions_at_once() {
    Ends ends = dial("key", "key");
    const string down(5'000'000, 'd'), up(5'000'000, 'u');
    string came_down, came_up;
    {
      Thread one([&] { write(*ends.dialer, down); });
      Thread two([&] { write(*ends.listener, up); });
      Thread three([&] { came_down = read(*ends.listener, down.size()); });
      came_up = read(*ends.dialer, up.size());
    }
    CPPUNIT_ASSERT(came_down == down && came_up == up);
  }
  void the_cipher_gets_new_keys() {
    Ends ends = dial("key", "key", 10'000);
    for (int times = 0; times < 10; ++times) {
      write(*ends.dialer, string(9'000, 'x'));
      CPPUNIT_ASSERT(read(*ends.listener, 9'000) == string(9'000, 'x'));
    }
  }
  void another_key_is_refused() {
    const Ends ends = dial("one", "other");
    CPPUNIT_ASSERT_MESSAGE(ends.dialled, ends.dialled.starts_with("it does not have our key (TLS: "));
    CPPUNIT_ASSERT_MESSAGE(ends.listened, ends.listened.starts_with("it does not have our key (TLS: "));
  }
  void who_knows_nothing_of_it_is_told() {
    auto plain = network_.of("a")->dial("b", 0, seconds(1));
    DialledConnection there(listener_->accept(seconds(1)));
    Thread other([&] {
      try {
        there.begin(nullptr, seconds(5));
      } catch (const ConnectionLost&) {
        there.shut_down();
      }
    });
    try {
      Tls("key").dial(std::move(plain), seconds(5));
      CPPUNIT_FAIL("nobody answered");
    } catch (const Refused& refused) {
      CPPUNIT_ASSERT(refused.reason() == Refusal::encryption);
    }
  }
  void a_changed_record_is_noticed() {
    Ends ends = dial("key", "key");
    network_.tamper("a", "b", [](string& bytes) { bytes[bytes.size() / 2] ^= 1; });
    write(*ends.dialer, string(1000, 'x'));
    CPPUNIT_ASSERT_THROW(read(*ends.listener, 1000), Garbled);
  }
  void who_does_not_encrypt_is_understood() {
    const auto plain = network_.of("a")->dial("b", 0, seconds(1));
    DialledConnection there(listener_->accept(seconds(1)));
    write(*plain, "plain");
    const Tls tls("key");
    CPPUNIT_ASSERT(!there.begin(&tls, seconds(1)));
    CPPUNIT_ASSERT_EQUAL(string("plain"), read(there, 5));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TlsTest);
