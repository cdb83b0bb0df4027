#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// HTTP(S), FTP and file: transfers by libcurl.
namespace lucie::net {

struct Request {
  std::string url;
  std::string method = "GET";
  std::string body;  ///< of POST and PUT
  std::map<std::string, std::string> headers;
  std::filesystem::path unix_socket;  ///< connect to this instead of the URL's host
  std::chrono::milliseconds connect_limit = std::chrono::seconds(15);
  /// No byte for this long (and for longer than `connect_limit`): failed.
  std::chrono::milliseconds stall_limit = std::chrono::seconds(60);
  std::optional<std::chrono::milliseconds> time_limit;
  std::function<bool()> cancelled;
};

struct Response {
  int status = 0;  ///< HTTP status; for file: and ftp: 200, or 404 when the file cannot be had
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lowercase
};

/// The whole answer in memory; redirects are followed (to http and https only). A status of 400 and above is
/// an answer, not an exception; no answer at all is an EnvironmentError that names the URL (without user and
/// password).
Response fetch(const Request& request);

/// Streams the body to `receive` as it arrives (not for statuses of 400 and above, whose body is in the
/// response). What `receive` throws ends the transfer and is passed on.
Response fetch_streamed(const Request& request, const std::function<void(std::string_view)>& receive);

/// The path of a URL, percent-decoded; empty when it is none.
std::string path_of(const std::string& url);

/// Requests one after the other, over connections that are kept. For one thread.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Response fetch(const Request& request) { return fetch_streamed(request, {}); }
  Response fetch_streamed(const Request& request, const std::function<void(std::string_view)>& receive);

 private:
  void* connections_ = nullptr;  ///< libcurl's share (CURLSH*)
};

struct Download {
  std::vector<std::string> urls;  ///< tried in order
  std::filesystem::path file;     ///< written whole or not at all
  std::string sha256;             ///< expected; empty: not checked
  std::uint64_t size = 0;         ///< expected bytes; 0: unknown
};

struct DownloadFailure {
  Download download;
  std::string why;
};

/// Fetches all with up to `connections` at once; `progress(bytes done, bytes in all)` is called about ten
/// times a second and may throw to end it all. Size and SHA-256 are checked on the way; folders are made.
/// What failed is returned; an address that answers wrongly leads to the next one, a broken connection to
/// one more try of all.
std::vector<DownloadFailure> download_all(const std::vector<Download>& downloads, int connections,
                                          const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace lucie::net
