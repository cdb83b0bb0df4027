// A node that fetches from several servers.
#include <cppunit/extensions/HelperMacros.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/destination.hpp"
#include "dolly/fetch.hpp"
#include "dolly/transfer_manifest.hpp"
#include "net/server.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
namespace fs = std::filesystem;

namespace {

/// A node that says it has the file.
class Node {
 public:
  explicit Node(string content) : content(std::move(content)) { begin(); }

  void begin() {
    server_ = std::make_unique<net::Server>(net::ServerOptions{.address = "127.0.0.1", .port = port_},
                                            [this](const auto& request) { return answer(request); });
    port_ = server_->port();
  }
  void end() { server_.reset(); }
  string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/data/file"; }

  string content, manifest;
  std::function<net::ServerResponse(const net::ServerRequest&)> instead;  ///< of the file's bytes
  std::atomic<int> asked = 0;                                             ///< for bytes

 private:
  net::ServerResponse answer(const net::ServerRequest& request) {
    if (request.path == "/data/file/manifest" && !manifest.empty()) return {.body = manifest, .file = {}};
    if (request.path == "/data/file/manifest") return {.status = 404, .body = "not here\n", .file = {}};
    ++asked;
    if (instead) return instead(request);
    const auto [first, length] = net::read_range(request.headers.at("range"), content.size()).range;
    return {.status = 206, .body = content.substr(first, length), .file = {}};
  }

  std::uint16_t port_ = 0;
  std::unique_ptr<net::Server> server_;
};

string noise(std::size_t size, std::uint32_t state) {
  string content(size, ' ');
  for (char& each : content) each = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return content;
}

}  // namespace

class FetchTurnsTest : public CppUnit::TestFixture, FetchEvents {
  CPPUNIT_TEST_SUITE(FetchTurnsTest);
  CPPUNIT_TEST(the_first_is_asked_first);
  CPPUNIT_TEST(the_next_goes_on_where_one_went_away);
  CPPUNIT_TEST(the_next_goes_on_when_one_refuses);
  CPPUNIT_TEST(damage_is_asked_of_another);
  CPPUNIT_TEST(a_short_answer_is_wrong);
  CPPUNIT_TEST(one_that_is_not_believed_is_left);
  CPPUNIT_TEST(an_older_word_that_nobody_keeps_is_left);
  CPPUNIT_TEST(all_that_refuse_are_named);
  CPPUNIT_TEST(waits_for_any_of_them);
  CPPUNIT_TEST(checksums_are_enough_without_trust);
  CPPUNIT_TEST_SUITE_END();

  static constexpr std::uint32_t chunk_ = least_chunk;
  base::TemporaryDirectory folder_{"dolly-turns"};
  const base::SigningKey key_ = base::SigningKey::make(), other_key_ = base::SigningKey::make();
  const string content_ = noise(5 * chunk_ + 17, 1);
  std::unique_ptr<Node> a_, b_;
  TrustOptions trust_;
  milliseconds patience_{60000};
  std::function<void(std::uint64_t)> on_progress_;
  std::function<void()> on_waiting_;
  string from_;
  std::vector<string> elsewhere_;

  void started(const Offer&, std::uint64_t, const string& from) override { from_ = from; }
  void progress(std::uint64_t verified, std::uint64_t) override {
    if (on_progress_) on_progress_(verified);
  }
  void waiting(const string&) override {
    if (on_waiting_) on_waiting_();
  }
  void elsewhere(const string& why, const string& url) override { elsewhere_.push_back(why + " -> " + url); }

  /// Of `content`, in a transfer of that time.
  static string manifest_of(const string& content, const base::SigningKey& key,
                            std::uint64_t issued = 1'795'460'541'317, Verify verify = Verify::sha256) {
    TransferManifest made;
    Offer& offer = made.offer;
    offer.transfer = string(32, 'a');
    offer.issued = issued;
    offer.chunk_size = chunk_;
    offer.verify = verify;
    offer.files = {{"data/file", content.size(), 0644}};
    offer.ring = {{0, "n1", "n1", 1}};
    offer.text = to_json(offer);
    offer.signature = key.sign(signed_text(offer));
    for (std::uint32_t number = 0; number * chunk_ < content.size(); ++number) {
      const string part = content.substr(number * chunk_, chunk_);
      ChunkHeader header{number, {}, static_cast<std::uint32_t>(part.size()), {}};
      header.sha256 = base::from_hex(base::sha256_hex(part));
      if (verify == Verify::fast) header.sha256 = fast_digest(part);
      header.signature = key.sign(signed_text(offer.transfer, header));
      made.chunks.push_back(header);
    }
    return to_text(made);
  }
  static string fast_digest(const string& part) {
    const Memory memory = std::make_shared<char[]>(block_size + 64);
    std::ranges::copy(part, content_place(memory.get()));
    ChunkDigest digest(Verify::fast);
    digest.add(finish_block(memory, memory.get(), 0, 0, part.size()));
    return digest.finish();
  }
  void fetch() {
    fetch_over_http({{a_->url(), b_->url()}, "", files_below(folder_.path()), trust_, patience_}, *this);
    CPPUNIT_ASSERT(base::read_file(folder_.path() / "data/file") == content_);
  }
  string failure() {
    try {
      fetch();
    } catch (const Error& error) {
      return error.what();
    }
    return "fetched";
  }
  static void says(const string& text, const string& part) {
    CPPUNIT_ASSERT_MESSAGE("'" + text + "' does not say '" + part + "'", text.find(part) != string::npos);
  }
  static net::ServerResponse refusal(const net::ServerRequest&) {
    return {.status = 410, .body = "it was changed\n", .file = {}};
  }

 public:
  void setUp() override {
    trust_ = {.keys = {key_.public_key()}, .root = folder_.path()};
    a_ = std::make_unique<Node>(content_);
    b_ = std::make_unique<Node>(content_);
    a_->manifest = b_->manifest = manifest_of(content_, key_);
  }

  void the_first_is_asked_first() {
    fetch();
    CPPUNIT_ASSERT_EQUAL(a_->url(), from_);
    CPPUNIT_ASSERT_EQUAL(6, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(0, b_->asked.load());
    CPPUNIT_ASSERT(elsewhere_.empty());
  }
  void the_next_goes_on_where_one_went_away() {
    patience_ = milliseconds(0);
    on_progress_ = [&](std::uint64_t verified) {
      if (verified == 2 * chunk_) a_->end();
    };
    fetch();
    CPPUNIT_ASSERT_EQUAL(2, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(4, b_->asked.load());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, elsewhere_.size());
    says(elsewhere_.front(), " -> " + b_->url());
  }
  void the_next_goes_on_when_one_refuses() {
    on_progress_ = [&](std::uint64_t) { a_->instead = refusal; };
    fetch();
    CPPUNIT_ASSERT_EQUAL(2, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(5, b_->asked.load());
    says(elsewhere_.front(), "status 410: it was changed -> " + b_->url());
  }
  void damage_is_asked_of_another() {
    a_->content[chunk_] ^= 1;
    fetch();
    CPPUNIT_ASSERT_EQUAL(2, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(5, b_->asked.load());
    says(elsewhere_.front(), "chunk 1 of data/file came damaged from " + a_->url());
  }
  void a_short_answer_is_wrong() {
    a_->instead = [](const net::ServerRequest&) {
      return net::ServerResponse{.status = 206, .body = "short", .file = {}};
    };
    fetch();
    CPPUNIT_ASSERT_EQUAL(6, b_->asked.load());
  }
  void one_that_is_not_believed_is_left() {
    a_->content = noise(content_.size(), 2);
    a_->manifest = manifest_of(a_->content, other_key_);
    fetch();
    CPPUNIT_ASSERT_EQUAL(b_->url(), from_);
    CPPUNIT_ASSERT_EQUAL(0, a_->asked.load());
    says(elsewhere_.front(), a_->url() + ": this node does not take it: it does not trust the key");
    a_->manifest = "nothing of the kind";
    fs::remove_all(folder_.path() / "data");
    fetch();
  }
  /// Once the master signed it; but nobody has it any more, or it is held back.
  void an_older_word_that_nobody_keeps_is_left() {
    a_->manifest = manifest_of(noise(content_.size(), 2), key_, 1'795'000'000'000);
    a_->instead = refusal;
    fetch();
    CPPUNIT_ASSERT_EQUAL(b_->url(), from_);
    CPPUNIT_ASSERT_EQUAL(1, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(3 + 6, b_->asked.load());
  }
  void all_that_refuse_are_named() {
    a_->manifest.clear();
    b_->manifest = manifest_of(content_, other_key_);
    const string why = failure();
    says(why, "no server gives it: the server refuses: " + a_->url() + "/manifest: status 404: not here; ");
    says(why, b_->url() + ": this node does not take it");
    CPPUNIT_ASSERT(!fs::exists(folder_.path() / "data"));
    // Both have it, but not what they say.
    a_->manifest = b_->manifest = manifest_of(content_, key_);
    a_->content[7] ^= 1;
    b_->content[7] ^= 1;
    says(failure(), "chunk 0 of data/file came damaged 3 times from " + a_->url());
    CPPUNIT_ASSERT(!fs::exists(folder_.path() / "data/file"));
  }
  void waits_for_any_of_them() {
    on_progress_ = [&](std::uint64_t verified) {
      if (verified != 2 * chunk_) return;
      a_->end();
      b_->end();
    };
    int turns = 0;
    on_waiting_ = [] { CPPUNIT_FAIL("there are two of them"); };
    fs::create_directories(folder_.path() / "data");
    Thread later([&] {
      while (turns++ < 3) sleep_for(milliseconds(100));
      b_->begin();
    });
    fetch();
    CPPUNIT_ASSERT_EQUAL(4, b_->asked.load());
    CPPUNIT_ASSERT(elsewhere_.size() >= 2);
  }
  void checksums_are_enough_without_trust() {
    trust_ = {};
    a_->manifest = manifest_of(content_, key_, 1, Verify::fast);
    a_->content[3 * chunk_] ^= 1;
    fetch();
    CPPUNIT_ASSERT_EQUAL(4, a_->asked.load());
    CPPUNIT_ASSERT_EQUAL(3, b_->asked.load());
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FetchTurnsTest);
