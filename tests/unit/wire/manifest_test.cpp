#include "wire/manifest.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"

using namespace lucie;
using namespace lucie::wire;
using std::string;

class ManifestTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ManifestTest);
  CPPUNIT_TEST(comes_as_it_went);
  CPPUNIT_TEST(signature_is_for_all_of_it);
  CPPUNIT_TEST(other_texts_are_refused);
  CPPUNIT_TEST_SUITE_END();

  const base::SigningKey key_ = base::SigningKey::make();
  const Manifest manifest_ = {"cnode00",
                              1'795'460'541'316,
                              "data/genome",
                              (4 << 20) + 1,
                              0640,
                              4 << 20,
                              string(32, '\n') + string(32, 'b')};

 public:
  void comes_as_it_went() {
    const Manifest read = manifest_from(to_text(manifest_, key_)).manifest;
    CPPUNIT_ASSERT_EQUAL(manifest_.node, read.node);
    CPPUNIT_ASSERT_EQUAL(manifest_.issued, read.issued);
    CPPUNIT_ASSERT_EQUAL(manifest_.path, read.path);
    CPPUNIT_ASSERT_EQUAL(manifest_.size, read.size);
    CPPUNIT_ASSERT_EQUAL(manifest_.mode, read.mode);
    CPPUNIT_ASSERT_EQUAL(manifest_.chunk_size, read.chunk_size);
    CPPUNIT_ASSERT_EQUAL(string(32, '\n'), string(read.digest(0)));
    CPPUNIT_ASSERT_EQUAL(string(32, 'b'), string(read.digest(1)));
    const Manifest empty = {.node = "n", .issued = 1, .path = "p", .digests = {}};
    CPPUNIT_ASSERT(manifest_from(to_text(empty, key_)).manifest.digests.empty());
  }
  void signature_is_for_all_of_it() {
    const string text = to_text(manifest_, key_);
    const auto verifies = [&](const string& changed) {
      const SignedManifest read = manifest_from(changed);
      return key_.public_key().verifies(read.signed_text, read.signature);
    };
    CPPUNIT_ASSERT(verifies(text));
    for (const auto& [old, other] :
         {std::pair{"cnode00", "cnode01"}, {"genome", "Genome"}, {"bbb", "bbc"}, {"4194305", "4194306"}}) {
      string changed = text;
      changed.replace(changed.find(old), string(old).size(), other);
      CPPUNIT_ASSERT_MESSAGE(old, !verifies(changed));
    }
  }
  void other_texts_are_refused() {
    const string text = to_text(manifest_, key_);
    for (std::size_t size = 0; size < text.size(); ++size)
      CPPUNIT_ASSERT_THROW(manifest_from(text.substr(0, size)), Error);
    CPPUNIT_ASSERT_THROW(manifest_from(text + string(32, 'c')), Error);
    for (const auto& [old, other] : {std::pair{"lucie-manifest/1", "lucie-manifest/2"},
                                     {R"("size":4194305)", R"("size":-1)"},
                                     {R"("size":4194305)", R"("size":1e3)"},
                                     {R"("chunk":4194304)", R"("chunk":0)"},
                                     {R"("node":"cnode00")", R"("node":7)"},
                                     {R"("mode")", R"("more")"}}) {
      string changed = text;
      changed.replace(changed.find(old), string(old).size(), other);
      CPPUNIT_ASSERT_THROW_MESSAGE(other, manifest_from(changed), Error);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManifestTest);
