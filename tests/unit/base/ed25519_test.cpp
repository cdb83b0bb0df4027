#include "base/ed25519.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "base/error.hpp"

using namespace lucie;
using namespace lucie::base;
using std::string;

class Ed25519Test : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(Ed25519Test);
  CPPUNIT_TEST(signatures_are_those_of_the_rfc);
  CPPUNIT_TEST(only_what_was_signed_verifies);
  CPPUNIT_TEST(keys_come_back_from_pem);
  CPPUNIT_TEST(a_file_may_hold_several_public_keys);
  CPPUNIT_TEST(what_is_no_key_is_refused);
  CPPUNIT_TEST_SUITE_END();

 public:
  /// RFC 8032, section 7.1, test 2.
  void signatures_are_those_of_the_rfc() {
    const auto key =
        SigningKey::from_seed(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    CPPUNIT_ASSERT_EQUAL(string("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                         to_hex(key.sign("\x72")));
  }
  void only_what_was_signed_verifies() {
    const auto key = SigningKey::make(), other = SigningKey::make();
    const string signature = key.sign("text");
    CPPUNIT_ASSERT(key.public_key().verifies("text", signature));
    CPPUNIT_ASSERT(!key.public_key().verifies("texts", signature));
    CPPUNIT_ASSERT(!key.public_key().verifies("text", other.sign("text")));
    CPPUNIT_ASSERT(!other.public_key().verifies("text", signature));
    for (const string& none : {string(), string(64, '\0'), signature.substr(1), signature + "x"})
      CPPUNIT_ASSERT(!key.public_key().verifies("text", none));
  }
  void keys_come_back_from_pem() {
    const auto key = SigningKey::make();
    CPPUNIT_ASSERT(key.to_pem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    const string signature = SigningKey::from_pem(key.to_pem()).sign("text");
    const auto read = PublicKey::all_from_pem(key.public_key().to_pem());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read.size());
    CPPUNIT_ASSERT(read[0].verifies("text", signature));
  }
  void a_file_may_hold_several_public_keys() {
    const auto older = SigningKey::make(), newer = SigningKey::make();
    const auto read = PublicKey::all_from_pem("# both\n" + older.public_key().to_pem() + "\n" +
                                              newer.public_key().to_pem());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read.size());
    CPPUNIT_ASSERT(read[1].verifies("text", newer.sign("text")));
  }
  void what_is_no_key_is_refused() {
    // A key that agrees on secrets and cannot sign.
    const string x25519 =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"
        "-----END PUBLIC KEY-----\n";
    for (const string& wrong : {string(), string("key"), x25519, SigningKey::make().to_pem()})
      CPPUNIT_ASSERT_THROW(PublicKey::all_from_pem(wrong), Error);
    for (const string& wrong : {string(), string("key"), SigningKey::make().public_key().to_pem()})
      CPPUNIT_ASSERT_THROW(SigningKey::from_pem(wrong), Error);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(Ed25519Test);
