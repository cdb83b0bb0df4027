// What a node tells of a file that it has, and what those who fetch it believe.
#include "dolly/transfer_manifest.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "base/error.hpp"
#include "dolly/wanted_file.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;

class TransferManifestTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TransferManifestTest);
  CPPUNIT_TEST(comes_back_as_it_was);
  CPPUNIT_TEST(what_is_not_signed_has_zeros);
  CPPUNIT_TEST(chunks_are_numbered_through_the_transfer);
  CPPUNIT_TEST(what_makes_no_sense_is_refused);
  CPPUNIT_TEST(is_believed_as_an_offer_of_a_ring);
  CPPUNIT_TEST(each_chunk_must_be_signed);
  CPPUNIT_TEST(every_node_of_the_ring_may_take_it);
  CPPUNIT_TEST(another_file_than_asked_for_is_refused);
  CPPUNIT_TEST_SUITE_END();

  const base::SigningKey key_ = base::SigningKey::make(), other_ = base::SigningKey::make();
  static constexpr std::uint32_t chunk_ = least_chunk;
  static constexpr const char* url_ = "http://10.0.0.1:8091/data/my%20file";

  /// The second file of two; its two chunks are 2 and 3.
  TransferManifest manifest(const base::SigningKey* key, Verify verify = Verify::sha256) const {
    TransferManifest made;
    Offer& offer = made.offer;
    offer.transfer = string(32, 'a');
    offer.issued = 1'795'460'541'317;
    offer.chunk_size = chunk_;
    offer.verify = verify;
    offer.files = {{"data/first", chunk_ + 1, 0644}, {"data/my file", chunk_ + 5, 0600}};
    offer.ring = {{0, "n1", "n1", 1}, {1, "n2", "n2", 1}};
    offer.text = to_json(offer);
    if (key != nullptr) offer.signature = key->sign(signed_text(offer));
    made.file = 1;
    for (const std::uint32_t number : {2, 3}) {
      ChunkHeader header{
          number, string(digest_size, static_cast<char>('0' + number)), number == 2 ? chunk_ : 5, {}};
      if (key != nullptr) header.signature = key->sign(signed_text(offer.transfer, header));
      made.chunks.push_back(header);
    }
    return made;
  }
  static string fault(const string& text) {
    try {
      transfer_manifest_from(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "taken";
  }
  string refusal(const TransferManifest& made, const string& name = {}, const string& url = url_) const {
    try {
      wanted_file(to_text(made), url, Trust({.keys = {key_.public_key()}, .root = {}, .name = name}));
    } catch (const NotTaken& refused) {
      return refused.what();
    }
    return "taken";
  }
  static void says(const string& text, const string& part) {
    CPPUNIT_ASSERT_MESSAGE("'" + text + "' does not say '" + part + "'", text.find(part) != string::npos);
  }

 public:
  void comes_back_as_it_was() {
    const TransferManifest made = manifest(&key_), read = transfer_manifest_from(to_text(made));
    CPPUNIT_ASSERT_EQUAL(made.offer.text.plain(), read.offer.text.plain());
    CPPUNIT_ASSERT(made.offer.signature == read.offer.signature && read.file == 1);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read.chunks.size());
    for (const std::size_t each : {0, 1}) {
      CPPUNIT_ASSERT_EQUAL(made.chunks[each].chunk, read.chunks[each].chunk);
      CPPUNIT_ASSERT_EQUAL(made.chunks[each].size, read.chunks[each].size);
      CPPUNIT_ASSERT_EQUAL(made.chunks[each].sha256, read.chunks[each].sha256);
      CPPUNIT_ASSERT(made.chunks[each].signature == read.chunks[each].signature);
    }
    const WantedFile wanted =
        wanted_file(to_text(made), url_, Trust({.keys = {other_.public_key(), key_.public_key()}}));
    CPPUNIT_ASSERT_EQUAL(string("data/my file"), wanted.offer.files.at(0).path);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, wanted.offer.files.size());
    CPPUNIT_ASSERT_EQUAL(string(digest_size, '3'), wanted.digest(1));
  }
  void what_is_not_signed_has_zeros() {
    const string text = to_text(manifest(nullptr));
    says(text, "dollyplus-transfer/5 1 " + string(128, '0') + "\n{");
    CPPUNIT_ASSERT(transfer_manifest_from(text).offer.signature.empty());
    CPPUNIT_ASSERT(transfer_manifest_from(text).chunks.at(1).signature.empty());
    says(refusal(manifest(nullptr)), "takes only what is signed");
    wanted_file(text, url_, Trust({}));
  }
  void chunks_are_numbered_through_the_transfer() {
    Offer offer;
    offer.chunk_size = chunk_;
    offer.files = {{"a", 2 * chunk_, 0644}, {"b", 0, 0644}, {"c", 1, 0644}, {"tree", chunk_, 0755}};
    offer.files[3].content = Content::tree;
    offer.files[3].list = 5;
    offer.files.push_back({"d", 7, 0644});
    const Layout layout(offer.files, chunk_);
    for (std::size_t file = 0; file < offer.files.size(); ++file) {
      for (std::uint32_t chunk = 0; chunk < layout.chunks(); ++chunk) {
        const auto [first, end] = chunks_of(offer, file);
        const bool belongs = layout.place(chunk).file == file && !layout.place(chunk).list;
        CPPUNIT_ASSERT_EQUAL(belongs, chunk >= first && chunk < end);
      }
    }
    CPPUNIT_ASSERT(chunks_of(offer, 1).empty());
  }
  void what_makes_no_sense_is_refused() {
    const string text = to_text(manifest(&key_));
    says(fault("lucie-manifest/1 x"), "it begins with other words");
    says(fault("dollyplus-transfer/4 1 "), "version 4 of the protocol, and this program speaks 5");
    says(fault("dollyplus-transfer/5"), "it is cut");
    says(fault("dollyplus-transfer/5 x "), "a number is none");
    says(fault("dollyplus-transfer/5 1 abc\n{}\n"), "its signature is cut");
    says(fault("dollyplus-transfer/5 1 " + string(128, '0') + "\n{}\n"), "this is no offer");
    says(fault(text.substr(0, text.size() - 1)), "191 bytes of digests and signatures for 2 chunks");
    says(fault(text + "x"), "193 bytes");
    string other = text;
    other.replace(other.find(" 1 "), 3, " 2 ");
    says(fault(other), "its file is not in the offer");
    TransferManifest tree = manifest(&key_);
    tree.offer.files[1].content = Content::tree;
    tree.offer.files[1].list = 9;
    tree.offer.text = to_json(tree.offer);
    says(fault(to_text(tree)), "something else than a single file");
  }
  void is_believed_as_an_offer_of_a_ring() {
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal(manifest(&key_)));
    says(refusal(manifest(&other_)), "does not trust the key");
    TransferManifest changed = manifest(&key_);
    string text = changed.offer.text.plain();
    changed.offer.text = text.replace(text.find("data/my"), 7, "data/no");
    says(refusal(changed), "changed on its way");
    says(refusal(manifest(&key_, Verify::fast)), "--verify fast");
    try {
      wanted_file(
          to_text(manifest(&key_)), url_,
          Trust({.keys = {key_.public_key()}, .issued_after = base::parse_time("2199-01-01T00:00:00Z")}));
      CPPUNIT_FAIL("it is from before");
    } catch (const NotTaken& refused) {
      says(refused.what(), "takes none from before");
    }
  }
  void each_chunk_must_be_signed() {
    const auto changed = [&](const std::function<void(TransferManifest&)>& change) {
      TransferManifest made = manifest(&key_);
      change(made);
      return refusal(made);
    };
    says(changed([](auto& made) { made.chunks[1].sha256[5] ^= 1; }), "chunk 3 is not signed by the master");
    says(changed([](auto& made) { made.chunks[0].signature.clear(); }),
         "chunk 2 is not signed by the master");
    says(changed([](auto& made) { std::swap(made.chunks[0], made.chunks[1]); }),
         "is not signed by the master");
    // The chunks of the other file of this very transfer are signed, too, but are other chunks.
    TransferManifest other = manifest(&key_);
    other.file = 0;
    says(refusal(other, "", "http://h/data/first"), "chunk 0 is not signed by the master");
  }
  void every_node_of_the_ring_may_take_it() {
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal(manifest(&key_), "n1"));
    CPPUNIT_ASSERT_EQUAL(string("taken"), refusal(manifest(&key_), "n2"));
    says(refusal(manifest(&key_), "n3"), "it is 'n3', and the transfer is not for a node of this name");
  }
  void another_file_than_asked_for_is_refused() {
    for (const char* url : {"http://h/a/data/my%20file", "http://h/data/my%20fil%65?x"})
      CPPUNIT_ASSERT_EQUAL(string("taken"), refusal(manifest(&key_), "", url));
    for (const char* url : {"http://h/data/first", "http://h/xdata/my%20file", "http://h/data", "file"})
      says(refusal(manifest(&key_), "", url), "it is given 'data/my file', which is not what it asked for");
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TransferManifestTest);
