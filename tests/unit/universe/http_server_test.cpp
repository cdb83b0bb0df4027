#include <cppunit/extensions/HelperMacros.h>
#include <mutex>
#include <utility>

#include "../net/loopback_server.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "text_repository.hpp"

using namespace lucie;

namespace {

const std::string packages =
    "Package: aa\nVersion: 1\nArchitecture: all\nFilename: pool/aa.deb\nSize: 1\nSHA256: " +
    std::string(64, 'a') + "\n";

/// A mirror over HTTP whose Release has an entity tag; writes down what it is asked.
class Mirror {
 public:
  Mirror() : server_([this](const std::string& request) { return answer(request); }) {}

  config::PackageServer definition() const {
    config::PackageServer server;
    server.name = "mirror";
    server.kind = "apt";
    server.target = "test-1";
    server.uris = {server_.url("/debian")};
    server.suite = "test";
    server.components = {"main"};
    server.trusted = true;
    return server;
  }

  /// What was asked since the last call, "PATH" or "PATH if TAG".
  std::string asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  void change() { extra_ = "Label: changed\n"; }

 private:
  std::string answer(const std::string& request) {
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    const auto condition = request.find("If-None-Match: ");
    const std::string tag =
        condition == std::string::npos
            ? ""
            : request.substr(condition + 15, request.find('\r', condition) - condition - 15);
    {
      const std::lock_guard lock(mutex_);
      asked_ += path + (tag.empty() ? "" : " if " + tag) + "\n";
    }
    const std::string release = extra_ + "Suite: test\nComponents: main\nSHA256:\n " +
                                base::sha256_hex(packages) + " " + std::to_string(packages.size()) +
                                " main/binary-amd64/Packages\n";
    const std::string now = "\"" + base::sha256_hex(release).substr(0, 8) + "\"";
    if (path.ends_with("/Release") && tag == now)
      return "HTTP/1.1 304 Not Modified\r\nConnection: close\r\nETag: " + now + "\r\n\r\n";
    if (path.ends_with("/Release")) return ok(release, "ETag: " + now + "\r\n");
    if (path.ends_with("/Packages")) return ok(packages);
    return "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  }

  std::mutex mutex_;
  std::string asked_, extra_;
  LoopbackServer server_;
};

}  // namespace

class HttpServerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HttpServerTest);
  CPPUNIT_TEST(unchanged_indices_are_not_fetched_again);
  CPPUNIT_TEST(fresh_indices_are_not_asked_for);
  CPPUNIT_TEST(changed_release_with_the_same_index_fetches_no_index);
  CPPUNIT_TEST(next_mirror_is_tried);
  CPPUNIT_TEST_SUITE_END();

  static universe::Universe open(const config::PackageServer& server, const base::TemporaryDirectory& cache,
                                 int fresh_for_seconds) {
    universe::OpenOptions options;
    options.cache = cache.path();
    options.fresh_for_seconds = fresh_for_seconds;
    base::SilentReporter reporter;
    return universe::open_universe("test-1", {server}, options, reporter);
  }

  static std::string first_questions() {
    return "/debian/dists/test/Release\n/debian/dists/test/main/binary-amd64/Packages\n";
  }

 public:
  void unchanged_indices_are_not_fetched_again() {
    const base::TemporaryDirectory cache("universe-test");
    Mirror mirror;
    const std::string identity = open(mirror.definition(), cache, -1).identity();
    CPPUNIT_ASSERT_EQUAL(first_questions(), mirror.asked());
    CPPUNIT_ASSERT_EQUAL(identity, open(mirror.definition(), cache, -1).identity());
    const std::string asked = mirror.asked();
    CPPUNIT_ASSERT(asked.starts_with("/debian/dists/test/Release if \""));
    CPPUNIT_ASSERT_EQUAL(asked.size() - 1, asked.find('\n'));
  }
  void fresh_indices_are_not_asked_for() {
    const base::TemporaryDirectory cache("universe-test");
    Mirror mirror;
    open(mirror.definition(), cache, 3600);
    mirror.asked();
    CPPUNIT_ASSERT(open(mirror.definition(), cache, 3600).offers("aa"));
    CPPUNIT_ASSERT_EQUAL(std::string(), mirror.asked());
  }
  void changed_release_with_the_same_index_fetches_no_index() {
    const base::TemporaryDirectory cache("universe-test");
    Mirror mirror;
    const std::string identity = open(mirror.definition(), cache, -1).identity();
    mirror.asked();
    mirror.change();
    CPPUNIT_ASSERT_EQUAL(identity, open(mirror.definition(), cache, -1).identity());
    CPPUNIT_ASSERT(mirror.asked().find("Packages") == std::string::npos);
  }
  void next_mirror_is_tried() {
    const base::TemporaryDirectory cache("universe-test");
    Mirror mirror;
    config::PackageServer server = mirror.definition();
    server.uris.insert(server.uris.begin(), "http://127.0.0.1:1/refused");
    const auto universe = open(server, cache, -1);
    CPPUNIT_ASSERT(universe.offers("aa"));
    CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:1/refused/pool/aa.deb"),
                         universe.candidate("aa")->uris.at(0));
    CPPUNIT_ASSERT_EQUAL(server.uris[1] + "/pool/aa.deb", universe.candidate("aa")->uris.at(1));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpServerTest);
