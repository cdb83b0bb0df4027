#include "daemon/secrets.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "base/files.hpp"

using namespace lucie;

class SecretsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SecretsTest);
  CPPUNIT_TEST(the_key_is_made_once);
  CPPUNIT_TEST(a_file_that_holds_no_key_is_refused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void the_key_is_made_once() {
    const base::TemporaryDirectory state("lucie-secrets-");
    const daemon::Secrets first(state.path()), second(state.path());
    CPPUNIT_ASSERT_EQUAL(first.ring_key(), second.ring_key());
    CPPUNIT_ASSERT_EQUAL(first.node_key("cnode00"), second.node_key("cnode00"));
    CPPUNIT_ASSERT(first.node_key("cnode00") != first.node_key("cnode01"));
    CPPUNIT_ASSERT(first.node_key("cnode00") != first.ring_key());
    const auto trusted = base::PublicKey::all_from_pem(first.ring_public_key());
    const auto signing = base::SigningKey::from_pem(second.ring_signing_key());
    CPPUNIT_ASSERT(trusted.at(0).verifies("text", signing.sign("text")));
    const auto mode = std::filesystem::status(state.path() / "secrets/cluster.key").permissions();
    CPPUNIT_ASSERT_EQUAL(0600u, static_cast<unsigned>(mode));
    const base::TemporaryDirectory other("lucie-secrets-");
    CPPUNIT_ASSERT(daemon::Secrets(other.path()).ring_key() != first.ring_key());
  }
  void a_file_that_holds_no_key_is_refused() {
    const base::TemporaryDirectory state("lucie-secrets-");
    std::filesystem::create_directories(state.path() / "secrets");
    base::write_file(state.path() / "secrets/cluster.key", "abcd\n", 0600);
    CPPUNIT_ASSERT_THROW(daemon::Secrets(state.path()), lucie::Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);
