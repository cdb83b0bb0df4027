#include "net/fetch.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "loopback_server.hpp"

using namespace lucie;
namespace fs = std::filesystem;

namespace {

/// A port of loopback that nobody listens on.
std::string refused_url() {
  return "http://user:secret@127.0.0.1:1/file";
}

std::string not_found() {
  return "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnone";
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::ptrdiff_t entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

}  // namespace

class FetchTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FetchTest);
  CPPUNIT_TEST(answer_has_status_headers_and_body);
  CPPUNIT_TEST(status_404_is_an_answer);
  CPPUNIT_TEST(post_sends_body_and_headers);
  CPPUNIT_TEST(header_with_a_line_break_is_refused);
  CPPUNIT_TEST(unix_socket_is_used_instead_of_the_host);
  CPPUNIT_TEST(redirect_is_followed_and_its_headers_forgotten);
  CPPUNIT_TEST(redirect_to_a_file_is_refused);
  CPPUNIT_TEST(no_answer_is_an_error_without_the_password);
  CPPUNIT_TEST(file_is_read_and_a_missing_one_is_404);
  CPPUNIT_TEST(body_is_streamed_and_an_error_page_is_not);
  CPPUNIT_TEST(exception_of_the_receiver_is_passed_on);
  CPPUNIT_TEST(stalled_transfer_fails);
  CPPUNIT_TEST(cancelled_transfer_ends);
  CPPUNIT_TEST(session_keeps_its_connection);
  CPPUNIT_TEST_SUITE_END();

 public:
  /// The server has one connection for one request; a second request comes over the same one or not at all.
  void session_keeps_its_connection() {
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CPPUNIT_ASSERT(bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0);
    CPPUNIT_ASSERT(listen(listening, 4) == 0);
    getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
    std::thread server([listening] {
      const int peer = accept(listening, nullptr, nullptr);
      close(listening);  // nobody else gets in
      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
      std::string asked;
      char buffer[4096];
      for (int answered = 0; answered < 3;) {
        const ssize_t count = recv(peer, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        asked.append(buffer, static_cast<std::size_t>(count));
        if (!asked.ends_with("\r\n\r\n")) continue;
        asked.clear();
        send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
        ++answered;
      }
      close(peer);
    });
    std::string bodies;
    {
      net::Session session;
      const net::Request request{.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/"};
      for (int round = 0; round < 3; ++round) {
        try {
          bodies += session.fetch(request).body;
        } catch (const EnvironmentError& error) {
          bodies += error.what();
        }
      }
    }
    server.join();
    CPPUNIT_ASSERT_EQUAL(std::string("hihihi"), bodies);
  }
  void answer_has_status_headers_and_body() {
    LoopbackServer server([](const std::string&) { return ok("hello", "ETag: \"x\"\r\n"); });
    const net::Response response = net::fetch({.url = server.url("/a")});
    CPPUNIT_ASSERT_EQUAL(200, response.status);
    CPPUNIT_ASSERT_EQUAL(std::string("hello"), response.body);
    CPPUNIT_ASSERT_EQUAL(std::string("\"x\""), response.headers.at("etag"));
  }
  void status_404_is_an_answer() {
    LoopbackServer server([](const std::string&) { return not_found(); });
    const net::Response response = net::fetch({.url = server.url("/a")});
    CPPUNIT_ASSERT_EQUAL(404, response.status);
    CPPUNIT_ASSERT_EQUAL(std::string("none"), response.body);
  }
  void post_sends_body_and_headers() {
    LoopbackServer server([](const std::string& request) { return ok(request); });
    const std::string seen = net::fetch({.url = server.url("/v1/events"),
                                         .method = "POST",
                                         .body = "{\"version\":1}",
                                         .headers = {{"X-Lucie-Token", "abc"}}})
                                 .body;
    CPPUNIT_ASSERT(seen.starts_with("POST /v1/events HTTP/1.1\r\n"));
    CPPUNIT_ASSERT(seen.find("X-Lucie-Token: abc\r\n") != std::string::npos);
    CPPUNIT_ASSERT(seen.find("Expect:") == std::string::npos);
    CPPUNIT_ASSERT(seen.ends_with("\r\n\r\n{\"version\":1}"));
  }
  void header_with_a_line_break_is_refused() {
    CPPUNIT_ASSERT_EQUAL(std::string("line break in the HTTP header 'X-A'"), message_of([] {
                           net::fetch({.url = refused_url(), .headers = {{"X-A", "1\r\nX-B: 2"}}});
                         }));
  }
  void unix_socket_is_used_instead_of_the_host() {
    const base::TemporaryDirectory folder("fetch-test");
    const fs::path path = folder.path() / "socket";
    LoopbackServer server([](const std::string& request) { return ok(request.substr(0, 13)); }, path);
    const auto response = net::fetch({.url = "http://lucied/v1/nodes", .unix_socket = path});
    CPPUNIT_ASSERT_EQUAL(std::string("GET /v1/nodes"), response.body);
  }
  void redirect_is_followed_and_its_headers_forgotten() {
    LoopbackServer server([](const std::string& request) {
      if (request.starts_with("GET /new")) return ok("there");
      return std::string(
          "HTTP/1.1 302 Found\r\nLocation: /new\r\nX-Old: 1\r\nConnection: close\r\nContent-Length: "
          "0\r\n\r\n");
    });
    const auto response = net::fetch({.url = server.url("/old")});
    CPPUNIT_ASSERT_EQUAL(std::string("there"), response.body);
    CPPUNIT_ASSERT(!response.headers.contains("x-old"));
  }
  void redirect_to_a_file_is_refused() {
    LoopbackServer server([](const std::string&) {
      return std::string(
          "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nConnection: close\r\nContent-Length: "
          "0\r\n\r\n");
    });
    CPPUNIT_ASSERT_THROW(net::fetch({.url = server.url("/old")}), EnvironmentError);
  }
  void no_answer_is_an_error_without_the_password() {
    const std::string message = message_of([] { net::fetch({.url = refused_url()}); });
    CPPUNIT_ASSERT(message.starts_with("http://127.0.0.1:1/file: "));
    CPPUNIT_ASSERT(message.find("secret") == std::string::npos);
  }
  void file_is_read_and_a_missing_one_is_404() {
    const base::TemporaryDirectory folder("fetch-test");
    base::write_file(folder.path() / "f", "content");
    const std::string url = "file://" + folder.path().string();
    CPPUNIT_ASSERT_EQUAL(std::string("content"), net::fetch({.url = url + "/f"}).body);
    CPPUNIT_ASSERT_EQUAL(200, net::fetch({.url = url + "/f"}).status);
    CPPUNIT_ASSERT_EQUAL(404, net::fetch({.url = url + "/absent"}).status);
  }
  void body_is_streamed_and_an_error_page_is_not() {
    const std::string big(300'000, 'x');
    LoopbackServer server(
        [&](const std::string& request) { return request.starts_with("GET /big") ? ok(big) : not_found(); });
    std::string streamed;
    const auto take = [&](std::string_view bytes) { streamed += bytes; };
    CPPUNIT_ASSERT(net::fetch_streamed({.url = server.url("/big")}, take).body.empty());
    CPPUNIT_ASSERT(streamed == big);
    CPPUNIT_ASSERT_EQUAL(std::string("none"), net::fetch_streamed({.url = server.url("/no")}, take).body);
    CPPUNIT_ASSERT(streamed == big);
  }
  void exception_of_the_receiver_is_passed_on() {
    LoopbackServer server([](const std::string&) { return ok("x"); });
    CPPUNIT_ASSERT_THROW(net::fetch_streamed({.url = server.url("/")},
                                             [](std::string_view) { throw std::length_error("full"); }),
                         std::length_error);
  }
  void stalled_transfer_fails() {
    std::atomic<bool> end = false;
    LoopbackServer server([&](const std::string&) {
      while (!end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return ok("");
    });
    const std::string message = message_of([&] {
      net::fetch({.url = server.url("/"),
                  .connect_limit = std::chrono::milliseconds(50),
                  .stall_limit = std::chrono::milliseconds(50)});
    });
    end = true;
    CPPUNIT_ASSERT_EQUAL(server.url("/") + ": no byte arrived for too long", message);
  }
  void cancelled_transfer_ends() {
    std::atomic<bool> end = false;
    LoopbackServer server([&](const std::string&) {
      while (!end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return ok("");
    });
    const std::string message =
        message_of([&] { net::fetch({.url = server.url("/"), .cancelled = [] { return true; }}); });
    end = true;
    CPPUNIT_ASSERT_EQUAL(server.url("/") + ": cancelled", message);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FetchTest);

class DownloadTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DownloadTest);
  CPPUNIT_TEST(all_files_arrive_whole);
  CPPUNIT_TEST(wrong_content_leads_to_the_next_address);
  CPPUNIT_TEST(wrong_hash_is_a_failure_and_leaves_nothing);
  CPPUNIT_TEST(too_large_a_file_is_stopped);
  CPPUNIT_TEST(broken_connection_is_tried_once_more);
  CPPUNIT_TEST(old_file_stays_when_nothing_comes);
  CPPUNIT_TEST_SUITE_END();

 public:
  void all_files_arrive_whole() {
    const base::TemporaryDirectory folder("fetch-test");
    LoopbackServer server([](const std::string& request) {
      return ok("content of " + request.substr(4, request.find(' ', 4) - 4));
    });
    std::vector<net::Download> wanted;
    std::uint64_t all = 0, done = 0;
    for (int i = 0; i < 40; ++i) {
      const std::string path = "/" + std::to_string(i);
      const std::string content = "content of " + path;
      wanted.push_back({{server.url(path)},
                        folder.path() / "sub" / std::to_string(i),
                        base::sha256_hex(content),
                        content.size()});
    }
    const auto failures = net::download_all(wanted, 4, [&](std::uint64_t now, std::uint64_t of) {
      done = now;
      all = of;
    });
    CPPUNIT_ASSERT(failures.empty());
    CPPUNIT_ASSERT_EQUAL(std::string("content of /17"), base::read_file(folder.path() / "sub" / "17"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{40}, entries(folder.path() / "sub"));
    CPPUNIT_ASSERT_EQUAL(all, done);
  }
  void wrong_content_leads_to_the_next_address() {
    const base::TemporaryDirectory folder("fetch-test");
    LoopbackServer server(
        [](const std::string& request) { return ok(request.starts_with("GET /good") ? "good" : "evil"); });
    const auto failures = net::download_all(
        {{{server.url("/evil"), server.url("/good")}, folder.path() / "f", base::sha256_hex("good"), 4}}, 2,
        {});
    CPPUNIT_ASSERT(failures.empty());
    CPPUNIT_ASSERT_EQUAL(std::string("good"), base::read_file(folder.path() / "f"));
  }
  void wrong_hash_is_a_failure_and_leaves_nothing() {
    const base::TemporaryDirectory folder("fetch-test");
    LoopbackServer server([](const std::string&) { return ok("evil"); });
    const auto failures =
        net::download_all({{{server.url("/f")}, folder.path() / "f", base::sha256_hex("good"), 4}}, 2, {});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, failures.size());
    CPPUNIT_ASSERT_EQUAL(server.url("/f") + ": its SHA-256 is " + base::sha256_hex("evil") + ", expected " +
                             base::sha256_hex("good"),
                         failures[0].why);
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, entries(folder.path()));
    CPPUNIT_ASSERT_EQUAL(1, server.requests());
  }
  void too_large_a_file_is_stopped() {
    const base::TemporaryDirectory folder("fetch-test");
    LoopbackServer server([](const std::string&) { return ok("more than four bytes"); });
    const auto failures = net::download_all({{{server.url("/f")}, folder.path() / "f", "", 4}}, 2, {});
    CPPUNIT_ASSERT_EQUAL(server.url("/f") + ": it is larger than the 4 bytes expected", failures.at(0).why);
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, entries(folder.path()));
  }
  void broken_connection_is_tried_once_more() {
    const base::TemporaryDirectory folder("fetch-test");
    int count = 0;
    LoopbackServer server([&](const std::string&) {
      return ++count == 1 ? std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
                          : ok("0123456789");
    });
    CPPUNIT_ASSERT(net::download_all({{{server.url("/f")}, folder.path() / "f", "", 10}}, 2, {}).empty());
    CPPUNIT_ASSERT_EQUAL(std::string("0123456789"), base::read_file(folder.path() / "f"));
  }
  void old_file_stays_when_nothing_comes() {
    const base::TemporaryDirectory folder("fetch-test");
    base::write_file(folder.path() / "f", "old");
    const auto failures = net::download_all({{{refused_url()}, folder.path() / "f", "", 0}}, 2, {});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, failures.size());
    CPPUNIT_ASSERT_EQUAL(std::string("old"), base::read_file(folder.path() / "f"));
    CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, entries(folder.path()));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DownloadTest);
