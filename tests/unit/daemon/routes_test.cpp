#include "daemon/routes.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "daemon/admin.hpp"
#include "sample.hpp"
#include "wire/manifest.hpp"
#include "wire/slice.hpp"

using namespace lucie;
using net::ServerRequest;
using net::ServerResponse;
using wire::NodeState;

/// Both servers' answers, without a socket between.
class RoutesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RoutesTest);
  CPPUNIT_TEST(without_a_compiled_cluster);
  CPPUNIT_TEST(node_goes_through_an_installation);
  CPPUNIT_TEST(login_key_is_for_those_who_log_in);
  CPPUNIT_TEST(token_and_address_are_checked);
  CPPUNIT_TEST(boot_script_of_others_changes_nothing);
  CPPUNIT_TEST(unknown_mac);
  CPPUNIT_TEST(nodes_send_only_their_own_kinds_of_events);
  CPPUNIT_TEST(logs_are_appended_and_put_aside);
  CPPUNIT_TEST(datasets_are_for_those_who_want_them);
  CPPUNIT_TEST(static_files);
  CPPUNIT_TEST(nothing_outside_is_served);
  CPPUNIT_TEST(arming_is_refused_as_a_whole);
  CPPUNIT_TEST(wrong_requests_are_refused);
  CPPUNIT_TEST(reload_keeps_the_old_cluster_when_the_new_one_is_damaged);
  CPPUNIT_TEST_SUITE_END();

  Sample sample_;
  std::unique_ptr<daemon::Daemon> daemon_;
  std::string token_;

  void start() {
    sample_.store();
    daemon_ = std::make_unique<daemon::Daemon>(sample_.paths(), [](const std::string&) {});
    daemon_->port = 8080;
  }
  ServerResponse ask(const std::string& path, const std::string& peer = "192.168.10.1") const {
    ServerRequest request{.method = "GET", .path = path, .peer = peer, .local = "192.168.10.250"};
    if (!token_.empty()) request.headers["x-lucie-token"] = token_;
    return daemon::NodeRoutes(*daemon_).handle(request);
  }
  ServerResponse tell(const std::string& path, const std::string& body) const {
    ServerRequest request{.method = "POST", .path = path, .body = body, .peer = "192.168.10.1"};
    if (!token_.empty()) request.headers["x-lucie-token"] = token_;
    return daemon::NodeRoutes(*daemon_).handle(request);
  }
  ServerResponse admin(const std::string& method, const std::string& path,
                       const std::string& body = {}) const {
    return daemon::AdminRoutes(*daemon_).handle({.method = method, .path = path, .body = body});
  }
  static std::string content(const ServerResponse& response) {
    if (!response.file.valid()) return response.body;
    char text[100] = "";
    return {text, static_cast<std::size_t>(read(response.file.get(), text, sizeof text))};
  }
  /// Arms cnode00 and lets it boot; keeps its token.
  void boot() {
    CPPUNIT_ASSERT_EQUAL(200, admin("POST", "/v1/arm", R"({"nodes":["cnode00"],"installer":null})").status);
    const std::string script = ask("/boot/00-50-56-40-40-B6").body;
    const auto at = script.find("lucie.token=");
    CPPUNIT_ASSERT(at != std::string::npos);
    token_ = script.substr(at + 12, script.find(' ', at) - at - 12);
    CPPUNIT_ASSERT_EQUAL(std::size_t{32}, token_.size());
  }

  /// lucied looks at the file first.
  ServerResponse ask_patiently(const std::string& path) const {
    for (;;) {
      ServerResponse response = ask(path);
      if (response.status != 503) return response;
      CPPUNIT_ASSERT_EQUAL(std::string("1"), response.headers.at("Retry-After"));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 public:
  void datasets_are_for_those_who_want_them() {
    const auto source = sample_.state() / "genome";
    base::write_file(source, "ACGT", 0640);
    const config::Dataset dataset = {
        .name = "genome", .source = source, .destination = "/data/genome", .members = {"cnode00"}};
    sample_.compiled.cluster.datasets = {dataset, dataset, dataset};
    sample_.compiled.cluster.datasets[1].name = "other";
    sample_.compiled.cluster.datasets[1].members = {"cnode01"};
    sample_.compiled.cluster.datasets[2].name = "secret";
    sample_.compiled.cluster.datasets[2].encrypt = true;
    start();
    const std::string base = "/v1/nodes/cnode00/datasets/";
    CPPUNIT_ASSERT_EQUAL(403, ask(base + "genome/content").status);
    boot();
    CPPUNIT_ASSERT_EQUAL(std::string("ACGT"), content(ask(base + "genome/content")));
    const auto before = std::chrono::system_clock::now();
    const wire::SignedManifest read = wire::manifest_from(ask_patiently(base + "genome/manifest").body);
    const auto key = base::PublicKey::all_from_pem(daemon_->secrets.ring_public_key()).at(0);
    CPPUNIT_ASSERT(key.verifies(read.signed_text, read.signature));
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), read.manifest.node);
    CPPUNIT_ASSERT_EQUAL(std::string("data/genome"), read.manifest.path);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, read.manifest.size);
    CPPUNIT_ASSERT_EQUAL(0640U, read.manifest.mode);
    CPPUNIT_ASSERT(read.manifest.digests == base::from_hex(base::sha256_hex("ACGT")));
    CPPUNIT_ASSERT(std::chrono::milliseconds(read.manifest.issued) + std::chrono::seconds(1) >=
                   before.time_since_epoch());
    for (const char* wrong :
         {"other/content", "other/manifest", "none/content", "secret/content", "secret/manifest"})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong, 422, ask(base + wrong).status);
    CPPUNIT_ASSERT_EQUAL(404, ask(base + "genome/digest").status);
    CPPUNIT_ASSERT_EQUAL(204, tell(base + "genome/ready", "").status);
    CPPUNIT_ASSERT_EQUAL(403, ask(base + "genome/content", "192.168.10.2").status);
    std::filesystem::remove(source);
    CPPUNIT_ASSERT_THROW(ask(base + "genome/content"), EnvironmentError);
    CPPUNIT_ASSERT_THROW(ask(base + "genome/manifest"), EnvironmentError);
  }
  void without_a_compiled_cluster() {
    daemon_ = std::make_unique<daemon::Daemon>(sample_.paths(), [](const std::string&) {});
    const ServerResponse response = ask("/boot/00:50:56:40:40:b6");
    CPPUNIT_ASSERT_EQUAL(503, response.status);
    CPPUNIT_ASSERT_EQUAL(std::string("no cluster is compiled yet: run lucie-setup apply on the server\n"),
                         response.body);
    CPPUNIT_ASSERT_EQUAL(503, admin("GET", "/v1/nodes").status);
    CPPUNIT_ASSERT_EQUAL(200, admin("GET", "/v1/health").status);
    sample_.store();
    CPPUNIT_ASSERT_EQUAL(200, admin("POST", "/v1/reload").status);
    CPPUNIT_ASSERT_EQUAL(200, ask("/boot/00:50:56:40:40:b6").status);
  }
  void node_goes_through_an_installation() {
    start();
    boot();
    const ServerResponse slice = ask("/v1/nodes/cnode00/slice");
    CPPUNIT_ASSERT_EQUAL(200, slice.status);
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), wire::slice_from_json(slice.body).host);
    CPPUNIT_ASSERT(daemon_->store.node("cnode00").state == NodeState::installing);
    for (const char* archive : {"overlay.tar", "scripts.tar", "modules.tar", "host-keys.tar"})
      CPPUNIT_ASSERT_EQUAL(200, ask(std::string("/v1/nodes/cnode00/") + archive).status);
    CPPUNIT_ASSERT_EQUAL(
        204, tell("/v1/nodes/cnode00/events", R"({"version":1,"events":[{"version":1,"kind":"finished"}]})")
                 .status);
    CPPUNIT_ASSERT(daemon_->store.node("cnode00").state == NodeState::installed);
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode00/slice").status);
    auto status = wire::nodes_from_json(admin("GET", "/v1/nodes").body);
    CPPUNIT_ASSERT_EQUAL(std::string("not yet booted from its own disk"), status[0].message);
    CPPUNIT_ASSERT(ask("/boot/00:50:56:40:40:b6").body.find("sanboot") != std::string::npos);
    status = wire::nodes_from_json(admin("GET", "/v1/nodes").body);
    CPPUNIT_ASSERT_EQUAL(std::string(), status[0].message);
    CPPUNIT_ASSERT(status[0].seconds >= 0);
    CPPUNIT_ASSERT(status[1].state == NodeState::unknown);
  }
  void login_key_is_for_those_who_log_in() {
    start();
    boot();
    CPPUNIT_ASSERT_EQUAL(404, ask("/v1/nodes/cnode00/login-key.tar").status);
    sample_.compiled.cluster.installers[0].modules.push_back("remotelogin");
    sample_.store();
    daemon_->reload();
    CPPUNIT_ASSERT_EQUAL(200, ask("/v1/nodes/cnode00/login-key.tar").status);
  }
  void token_and_address_are_checked() {
    start();
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode00/slice").status);
    boot();
    const std::string right = token_;
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode00/slice", "192.168.10.2").status);
    CPPUNIT_ASSERT_EQUAL(200, ask("/v1/nodes/cnode00/slice", "10.9.9.1").status);  // its second interface
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode01/slice", "192.168.10.2").status);
    token_ = std::string(32, '0');
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode00/slice").status);
    CPPUNIT_ASSERT_EQUAL(403, tell("/v1/nodes/cnode00/log/init", "x").status);
    CPPUNIT_ASSERT_EQUAL(404, ask("/v1/nodes/nobody/slice").status);
    token_ = right;
    boot();  // a second boot script ends the first token
    CPPUNIT_ASSERT(token_ != right);
    token_ = right;
    CPPUNIT_ASSERT_EQUAL(403, ask("/v1/nodes/cnode00/slice").status);
  }
  void boot_script_of_others_changes_nothing() {
    start();
    admin("POST", "/v1/arm", R"({"nodes":["cnode00"]})");
    const std::string script = ask("/boot/00:50:56:40:40:b6", "192.168.10.66").body;
    CPPUNIT_ASSERT(script.find("lucie.token") == std::string::npos);
    CPPUNIT_ASSERT(script.find("192.168.10.66 is not the address of cnode00") != std::string::npos);
    CPPUNIT_ASSERT(daemon_->store.node("cnode00").state == NodeState::armed);
  }
  void unknown_mac() {
    start();
    const ServerResponse response = ask("/boot/de:ad:be:ef:00:01");
    CPPUNIT_ASSERT_EQUAL(200, response.status);
    CPPUNIT_ASSERT(response.body.starts_with("#!ipxe\n"));
    CPPUNIT_ASSERT(response.body.find("no host of this cluster has the MAC address de:ad:be:ef:00:01") !=
                   std::string::npos);
    CPPUNIT_ASSERT_EQUAL(400, ask("/boot/nonsense").status);
  }
  void nodes_send_only_their_own_kinds_of_events() {
    start();
    boot();
    CPPUNIT_ASSERT_EQUAL(
        422, tell("/v1/nodes/cnode00/events", R"({"version":1,"events":[{"kind":"armed"}]})").status);
    CPPUNIT_ASSERT_EQUAL(422, tell("/v1/nodes/cnode00/events", "{").status);
    // The name in the record does not count, the one in the path does.
    tell("/v1/nodes/cnode00/events",
         R"({"version":1,"events":[{"kind":"note","node":"cnode01","message":"x"}]})");
    CPPUNIT_ASSERT_EQUAL(std::string("cnode00"), daemon_->store.events(0, {}).back().node);
  }
  void logs_are_appended_and_put_aside() {
    start();
    boot();
    CPPUNIT_ASSERT_EQUAL(204, tell("/v1/nodes/cnode00/log/init", "one\n").status);
    CPPUNIT_ASSERT_EQUAL(204, tell("/v1/nodes/cnode00/log/init", "two\n").status);
    CPPUNIT_ASSERT_EQUAL(422, tell("/v1/nodes/cnode00/log/..", "x").status);
    CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), content(admin("GET", "/v1/nodes/cnode00/log/init")));
    const auto logs = nlohmann::json::parse(admin("GET", "/v1/nodes/cnode00/logs").body);
    CPPUNIT_ASSERT_EQUAL(std::string("init"), logs.at("logs").at(0).at("module").get<std::string>());
    CPPUNIT_ASSERT_EQUAL(8, logs.at("logs").at(0).at("size").get<int>());
    token_.clear();
    boot();
    CPPUNIT_ASSERT_EQUAL(404, admin("GET", "/v1/nodes/cnode00/log/init").status);
    CPPUNIT_ASSERT(std::filesystem::exists(sample_.state() / "logs/cnode00/previous/init.log"));
  }
  void static_files() {
    start();
    CPPUNIT_ASSERT_EQUAL(std::string("kernel"), content(ask("/boot-files/full/vmlinuz", "")));
    CPPUNIT_ASSERT_EQUAL(std::string("initrd"), content(ask("/boot-files/full/initrd.img", "")));
    CPPUNIT_ASSERT_EQUAL(std::string("0123456789"), content(ask("/base/full.tar.zst", "")));
    CPPUNIT_ASSERT_EQUAL(std::string("Suite: lucie\n"),
                         content(ask("/pool/debian-12/dists/lucie/Release", "")));
    CPPUNIT_ASSERT_EQUAL(std::string("Suite: lucie\n"), content(ask("/pool/debian-12/inside", "")));
  }
  void nothing_outside_is_served() {
    start();
    for (const char* path :
         {"/pool/debian-12/../../secret", "/pool/debian-12/climbing", "/pool/debian-12/dists",
          "/pool/debian-12//etc/passwd", "/pool/debian-12/", "/pool/debian-12", "/pool/../secret",
          "/pool/debian-13/x", "/boot-files/full/../../secret", "/boot-files/full/secret",
          "/base/../secret.tar.zst", "/base/full", "/", "/lucied.db", "/v1/nodes"})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, ask(path).status);
    sample_.compiled.images[0].kernel = "/etc/passwd";
    sample_.store();
    daemon_->reload();
    CPPUNIT_ASSERT_THROW(ask("/boot-files/full/vmlinuz"), Error);
  }
  void arming_is_refused_as_a_whole() {
    start();
    const ServerResponse guarded = admin("POST", "/v1/arm", R"({"nodes":["cnode00","cnode01"]})");
    CPPUNIT_ASSERT_EQUAL(400, guarded.status);
    CPPUNIT_ASSERT_EQUAL(std::string("host 'cnode01' is protected"),
                         nlohmann::json::parse(guarded.body).at("error").get<std::string>());
    CPPUNIT_ASSERT(!daemon_->store.node("cnode00").armed);
    CPPUNIT_ASSERT_EQUAL(200,
                         admin("POST", "/v1/arm", R"({"nodes":["cnode[00-01]"],"protected":true})").status);
    CPPUNIT_ASSERT(daemon_->store.node("cnode01").armed);
    CPPUNIT_ASSERT_EQUAL(400,
                         admin("POST", "/v1/arm", R"({"nodes":["cnode00"],"installer":"repare"})").status);
    CPPUNIT_ASSERT_EQUAL(400, admin("POST", "/v1/arm", R"({"nodes":["gw"]})").status);  // no MAC address
    CPPUNIT_ASSERT_EQUAL(200, admin("POST", "/v1/disarm", R"({"nodes":["all"]})").status);
    CPPUNIT_ASSERT(!daemon_->store.node("cnode01").armed);
  }
  void wrong_requests_are_refused() {
    start();
    CPPUNIT_ASSERT_EQUAL(400, admin("POST", "/v1/arm", "nonsense").status);
    CPPUNIT_ASSERT_EQUAL(400, admin("POST", "/v1/arm", R"({"nodes":7})").status);
    CPPUNIT_ASSERT_EQUAL(400, admin("POST", "/v1/arm", R"({"nodes":[]})").status);
    CPPUNIT_ASSERT_EQUAL(404, admin("GET", "/v1/nonsense").status);
    CPPUNIT_ASSERT_EQUAL(405,
                         daemon::NodeRoutes(*daemon_).handle({.method = "DELETE", .path = "/boot/x"}).status);
    const ServerResponse events = daemon::AdminRoutes(*daemon_).handle(
        {.method = "GET", .path = "/v1/events", .query = {{"since", "x"}}});
    CPPUNIT_ASSERT_EQUAL(400, events.status);
  }
  void reload_keeps_the_old_cluster_when_the_new_one_is_damaged() {
    start();
    base::write_file(sample_.state() / "cluster/1.json", "{");
    CPPUNIT_ASSERT_EQUAL(400, admin("POST", "/v1/reload").status);
    CPPUNIT_ASSERT_EQUAL(200, admin("GET", "/v1/nodes").status);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RoutesTest);
