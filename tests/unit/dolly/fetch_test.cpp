#include "dolly/fetch.hpp"

#include <algorithm>
#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "dolly/destination.hpp"
#include "net/server.hpp"
#include "wire/manifest.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
namespace fs = std::filesystem;

/// A server of one file, and a node that fetches it.
class FetchOverHttpTest : public CppUnit::TestFixture, FetchEvents {
  CPPUNIT_TEST_SUITE(FetchOverHttpTest);
  CPPUNIT_TEST(brings_a_file);
  CPPUNIT_TEST(brings_an_empty_file);
  CPPUNIT_TEST(only_what_is_missing_is_asked_for);
  CPPUNIT_TEST(damage_is_asked_for_again);
  CPPUNIT_TEST(what_stays_wrong_never_gets_its_name);
  CPPUNIT_TEST(a_shorter_file_is_noticed);
  CPPUNIT_TEST(a_server_without_ranges_is_refused);
  CPPUNIT_TEST(waits_for_a_server_that_comes_back);
  CPPUNIT_TEST(gives_up_when_the_patience_is_over);
  CPPUNIT_TEST(waits_for_one_that_is_at_work);
  CPPUNIT_TEST(a_refusal_ends_it_at_once);
  CPPUNIT_TEST(another_signature_is_refused);
  CPPUNIT_TEST(another_node_or_an_old_one_is_refused);
  CPPUNIT_TEST(no_room_is_told_before_the_first_byte);
  CPPUNIT_TEST(other_addresses_are_refused);
  CPPUNIT_TEST_SUITE_END();

  static constexpr std::uint32_t chunk_ = 64 << 10;

  base::TemporaryDirectory folder_{"dolly-fetch"};
  const fs::path root_ = folder_.path() / "root", source_ = folder_.path() / "source";
  const base::SigningKey key_ = base::SigningKey::make(), other_key_ = base::SigningKey::make();
  wire::Manifest manifest_;
  std::function<net::ServerResponse(const net::ServerRequest&)> instead_;  ///< of the file's bytes
  int busy_ = 0;                ///< times that it asks for patience
  std::atomic<int> asked_ = 0;  ///< for bytes
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
  TrustOptions trust_;
  milliseconds patience_{60000};
  std::uint64_t found_ = 0, verified_ = 0;
  std::function<void()> on_progress_, on_waiting_;
  int waited_ = 0;
  std::vector<string> moved_;

  void started(const Offer&, std::uint64_t found, const string&) override { found_ = found; }
  void progress(std::uint64_t verified, std::uint64_t) override {
    verified_ = verified;
    if (on_progress_) on_progress_();
  }
  void elsewhere(const string& why, const string&) override { moved_.push_back(why); }
  void waiting(const string&) override {
    ++waited_;
    if (on_waiting_) on_waiting_();
  }

  static string content_of(std::size_t size) {
    string content(size, ' ');
    std::uint32_t state = 1;
    for (char& each : content) each = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return content;
  }
  void put(const string& content) {
    base::write_file(source_, content);
    manifest_ = {"cnode00", Clock::milliseconds_since_1970(), "data/file", content.size(), 0640, chunk_, {}};
    for (std::size_t at = 0; at < content.size(); at += chunk_)
      manifest_.digests += base::from_hex(base::sha256_hex(content.substr(at, chunk_)));
  }
  net::ServerResponse answer(const net::ServerRequest& request) {
    if (request.headers.at("x-lucie-token") != "secret")
      return {.status = 403, .body = "who is that?\n", .file = {}};
    if (request.path == "/x/manifest" && busy_ > 0) {
      --busy_;
      return {.status = 503, .body = "at work\n", .file = {}, .headers = {{"Retry-After", "1"}}};
    }
    if (request.path == "/x/manifest") return {.body = wire::to_text(manifest_, key_), .file = {}};
    if (request.path != "/x/content") return {.status = 404, .file = {}};
    ++asked_;
    if (instead_) return instead_(request);
    return {.body = {}, .file = base::FileDescriptor(open(source_.c_str(), O_RDONLY | O_CLOEXEC))};
  }
  void serve() {
    server_ = std::make_unique<net::Server>(net::ServerOptions{.address = "127.0.0.1", .port = port_},
                                            [this](const auto& request) { return answer(request); });
    port_ = server_->port();
  }
  void fetch(const string& token = "secret") {
    fetch_over_http(
        {{"http://127.0.0.1:" + std::to_string(port_) + "/x"}, token, files_below(root_), trust_, patience_},
        *this);
  }
  string failure() {
    try {
      fetch();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
  bool fails_with(const string& words) {
    const string why = failure();
    if (why.find(words) == string::npos) CPPUNIT_FAIL("'" + why + "', wanted '" + words + "'");
    return !fs::exists(root_ / "data/file");
  }
  string fetched() const { return base::read_file(root_ / "data/file"); }
  bool is_beside() const { return fs::exists(root_ / "data/.file.dolly"); }

 public:
  void setUp() override {
    fs::create_directories(root_);
    trust_ = {.keys = {key_.public_key()}, .root = root_, .name = "cnode00"};
    put(content_of(5 * chunk_ + 17));
    serve();
  }

  void brings_a_file() {
    fetch();
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
    CPPUNIT_ASSERT(fs::status(root_ / "data/file").permissions() == static_cast<fs::perms>(0640));
    CPPUNIT_ASSERT_EQUAL(manifest_.size, verified_);
    CPPUNIT_ASSERT(!is_beside());
  }
  void brings_an_empty_file() {
    put("");
    fetch();
    CPPUNIT_ASSERT_EQUAL(string(), fetched());
    CPPUNIT_ASSERT_EQUAL(0, asked_.load());
  }
  /// What a ring brought is at the same place beside, a part of it not whole.
  void only_what_is_missing_is_asked_for() {
    string there = base::read_file(source_);
    there[2 * chunk_ + 5] ^= 1;
    there.resize(3 * chunk_ + 9);
    fs::create_directories(root_ / "data");
    base::write_file(root_ / "data/.file.dolly", there);
    fetch();
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2 * chunk_}, found_);
    CPPUNIT_ASSERT_EQUAL(4, asked_.load());
  }
  void damage_is_asked_for_again() {
    instead_ = [&](const net::ServerRequest&) -> net::ServerResponse {
      instead_ = {};
      return {.status = 206, .body = string(chunk_, 'x'), .file = {}};
    };
    fetch();
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
    CPPUNIT_ASSERT_EQUAL(7, asked_.load());
    CPPUNIT_ASSERT_EQUAL(1, waited_);
  }
  void what_stays_wrong_never_gets_its_name() {
    string content = base::read_file(source_);
    content[chunk_] ^= 1;
    base::write_file(source_, content);
    CPPUNIT_ASSERT(fails_with("chunk 1 of data/file came damaged 3 times"));
    CPPUNIT_ASSERT(is_beside());  // the chunk before is kept
    content[chunk_] ^= 1;
    base::write_file(source_, content);
    fetch();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{chunk_}, found_);
    CPPUNIT_ASSERT(fetched() == content);
  }
  void a_shorter_file_is_noticed() {
    base::write_file(source_, base::read_file(source_).substr(0, 5 * chunk_ + 1));
    CPPUNIT_ASSERT(fails_with("chunk 5 of data/file came damaged"));
    base::write_file(source_, "");
    CPPUNIT_ASSERT(fails_with("status 416"));
  }
  void a_server_without_ranges_is_refused() {
    instead_ = [&](const net::ServerRequest&) {
      return net::ServerResponse{.body = base::read_file(source_), .file = {}};
    };
    CPPUNIT_ASSERT(fails_with("more than the 65536 bytes"));
  }
  void waits_for_a_server_that_comes_back() {
    on_progress_ = [&] {
      if (verified_ == 2 * chunk_) server_.reset();
    };
    on_waiting_ = [&] {
      if (!server_) serve();
    };
    fetch();
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
    CPPUNIT_ASSERT(waited_ > 0);
    CPPUNIT_ASSERT_EQUAL(6, asked_.load());
  }
  void gives_up_when_the_patience_is_over() {
    patience_ = milliseconds(150);
    on_progress_ = [&] {
      if (verified_ == 2 * chunk_) server_.reset();
    };
    CPPUNIT_ASSERT(fails_with("127.0.0.1"));
    CPPUNIT_ASSERT(is_beside());
    on_progress_ = {};
    serve();
    fetch();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2 * chunk_}, found_);
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
  }
  void waits_for_one_that_is_at_work() {
    patience_ = milliseconds(0);
    busy_ = 2;
    fetch();
    CPPUNIT_ASSERT_EQUAL(0, busy_);
    CPPUNIT_ASSERT_EQUAL(1, waited_);
    CPPUNIT_ASSERT(fetched() == base::read_file(source_));
  }
  void a_refusal_ends_it_at_once() {
    CPPUNIT_ASSERT_THROW(fetch("wrong"), Error);
    CPPUNIT_ASSERT_EQUAL(0, waited_);
    instead_ = [](const net::ServerRequest&) {
      return net::ServerResponse{.status = 422, .body = "not \x1b for you\n", .file = {}};
    };
    CPPUNIT_ASSERT(fails_with("status 422: not \\x1b for you"));
  }
  void another_signature_is_refused() {
    trust_.keys = {other_key_.public_key()};
    CPPUNIT_ASSERT(fails_with("it does not trust the key"));
    CPPUNIT_ASSERT(fs::is_empty(root_));
    trust_.keys.push_back(key_.public_key());
    fetch();
    CPPUNIT_ASSERT_EQUAL(manifest_.size, verified_);
  }
  void another_node_or_an_old_one_is_refused() {
    manifest_.node = "cnode01";
    CPPUNIT_ASSERT(fails_with("it is 'cnode00', and was taken for 'cnode01'"));
    manifest_.node = "cnode00";
    trust_.issued_after = base::SystemTime(milliseconds(manifest_.issued)) + std::chrono::seconds(1);
    CPPUNIT_ASSERT(fails_with("it takes none from before"));
    trust_.issued_after = {};
    manifest_.path = "../file";
    CPPUNIT_ASSERT(fails_with("'../file' is no path"));
  }
  void no_room_is_told_before_the_first_byte() {
    const OpenFiles open = [](const Offer&) -> std::unique_ptr<ReceivedFiles> {
      throw NoPlace(Refusal::space, "data/file: needs 32 PiB");
    };
    try {
      fetch_over_http(
          {{"http://127.0.0.1:" + std::to_string(port_) + "/x"}, "secret", open, trust_, patience_}, *this);
      CPPUNIT_FAIL("there is no such room");
    } catch (const EnvironmentError& error) {
      CPPUNIT_ASSERT_EQUAL(string("data/file: needs 32 PiB"), string(error.what()));
    }
    CPPUNIT_ASSERT_EQUAL(0, asked_.load());
  }
  void other_addresses_are_refused() {
    CPPUNIT_ASSERT_THROW(fetch_over_http({{"file:///etc"}, "", files_below(root_), trust_, patience_}, *this),
                         UsageError);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FetchOverHttpTest);
