// What a program has complete, over HTTP.
#include "dolly/file_server.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include "base/error.hpp"
#include "dolly/web_token.hpp"
#include "dolly/whole_files.hpp"
#include "net/fetch.hpp"

using namespace lucie;
using namespace lucie::dolly;
using std::string;
namespace fs = std::filesystem;

namespace {

class Held : public ServedFile {
 public:
  explicit Held(std::size_t size) : size_(size) {}
  std::optional<string> manifest() override { return std::nullopt; }
  base::FileDescriptor open() override { return {}; }
  std::size_t memory() const override { return size_; }

 private:
  const std::size_t size_;
};

/// Chunks of zeros.
class Zeros : public ChunkFiles {
 public:
  void read(const ChunkPlace&, std::uint32_t, std::span<char> buffer) override {
    std::fill(buffer.begin(), buffer.end(), '\0');
  }
};

}  // namespace

class FileServerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FileServerTest);
  CPPUNIT_TEST(the_oldest_are_forgotten);
  CPPUNIT_TEST(a_later_transfer_takes_its_place);
  CPPUNIT_TEST(the_key_is_asked_for);
  CPPUNIT_TEST(a_sender_reads_on_when_it_is_asked);
  CPPUNIT_TEST(what_was_encrypted_is_not_served);
  CPPUNIT_TEST_SUITE_END();

  base::TemporaryDirectory folder_{"file-server"};
  ServedFiles served_;

  static net::Response get(const FileServer& server, const string& path, const string& key = "key") {
    net::Request request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    if (!key.empty()) request.headers["X-Lucie-Token"] = web_token(key);
    return net::fetch(request);
  }
  static Offer offer_of(std::uint64_t size) {
    Offer offer;
    offer.transfer = string(32, 'a');
    offer.chunk_size = least_chunk;
    offer.files = {{"data/x", size, 0644}};
    offer.ring = {{0, "n1", "n1", 1}};
    offer.text = to_json(offer);
    return offer;
  }

 public:
  void the_oldest_are_forgotten() {
    for (const char* path : {"a", "b", "c"}) served_.add(path, std::make_shared<Held>(30 << 20));
    CPPUNIT_ASSERT(!served_.find("a") && served_.find("b") && served_.find("c"));
    served_.add("large", std::make_shared<Held>(200 << 20));
    CPPUNIT_ASSERT(!served_.find("c") && served_.find("large"));
  }
  void a_later_transfer_takes_its_place() {
    const auto one = std::make_shared<Held>(40 << 20), two = std::make_shared<Held>(40 << 20);
    served_.add("data//x", one);
    CPPUNIT_ASSERT(served_.find("data/x") == one);
    served_.add("data/x", two);
    CPPUNIT_ASSERT(served_.find("data/./x") == two);
    served_.add("y", std::make_shared<Held>(20 << 20));
    CPPUNIT_ASSERT(served_.find("data/x") == two);
  }
  void the_key_is_asked_for() {
    served_.add_unserved("data/x", "it is a folder");
    FileServer closed("127.0.0.1", 0, "key", served_), open("127.0.0.1", 0, "", served_);
    CPPUNIT_ASSERT_EQUAL(403, get(closed, "/data/x/manifest", "").status);
    CPPUNIT_ASSERT_EQUAL(403, get(closed, "/data/x/manifest", "other").status);
    CPPUNIT_ASSERT(!closed.was_asked());
    const net::Response answer = get(closed, "/data/x/manifest");
    CPPUNIT_ASSERT_EQUAL(404, answer.status);
    CPPUNIT_ASSERT_EQUAL(string("it is a folder\n"), answer.body);
    CPPUNIT_ASSERT(closed.was_asked() && !closed.was_asked());
    CPPUNIT_ASSERT_EQUAL(string("it is a folder\n"), get(open, "/data/x/content", "").body);
  }
  /// Nobody in a ring asks for its chunks.
  void a_sender_reads_on_when_it_is_asked() {
    const fs::path path = folder_.path() / "x";
    base::write_file(path, string(3 * least_chunk, '\0'));
    const Offer offer = offer_of(3 * least_chunk);
    const Layout layout(offer.files, offer.chunk_size);
    Zeros zeros;
    Store store(layout, zeros);
    serve_sent(offer, {path}, store, {}, served_);
    FileServer server("127.0.0.1", 0, "", served_);
    const net::Response early = get(server, "/data/x/manifest");
    CPPUNIT_ASSERT_EQUAL(503, early.status);
    CPPUNIT_ASSERT_EQUAL(string("1"), early.headers.at("retry-after"));
    CPPUNIT_ASSERT(store.wait_until_asked(1));  // it would stand still here
    MemoryPool pool;
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk) {
      const string digest = read_digest(zeros, pool, layout, chunk, Verify::sha256);
      store.found(chunk, digest);
      store.confirm(chunk, digest);
    }
    CPPUNIT_ASSERT_EQUAL(200, get(server, "/data/x/manifest").status);
    CPPUNIT_ASSERT(get(server, "/data/x/content").body == string(3 * least_chunk, '\0'));
    base::write_file(path, "other");
    CPPUNIT_ASSERT_EQUAL(410, get(server, "/data/x/manifest").status);
    CPPUNIT_ASSERT_EQUAL(410, get(server, "/data/x/content").status);
  }
  void what_was_encrypted_is_not_served() {
    Offer offer = offer_of(0);
    offer.encrypted = true;
    const Layout layout(offer.files, offer.chunk_size);
    Zeros zeros;
    Store store(layout, zeros);
    serve_sent(offer, {folder_.path()}, store, {}, served_);
    FileServer server("127.0.0.1", 0, "", served_);
    CPPUNIT_ASSERT_EQUAL(string("data/x is to be encrypted on its way, and HTTP is not\n"),
                         get(server, "/data/x/content").body);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FileServerTest);
