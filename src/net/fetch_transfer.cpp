#include "net/fetch_transfer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <curl/curl.h>
#include <fmt/format.h>
#include <mutex>

#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::net {
namespace {

std::string lowercase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_http(const std::string& url) {
  return lowercase(url.substr(0, 4)) == "http";
}

/// A file that is not there is told like an HTTP server would.
bool means_not_found(CURLcode code) {
  return code == CURLE_FILE_COULDNT_READ_FILE || code == CURLE_REMOTE_FILE_NOT_FOUND ||
         code == CURLE_REMOTE_ACCESS_DENIED;
}

}  // namespace

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Transfer::Handle {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};

  ~Handle() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
};

/// libcurl is C: no exception may pass through it.
struct Transfer::Callbacks {
  static std::size_t body(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (!transfer.receive_ || transfer.status() >= 400) {
        transfer.response_.body.append(bytes, count);
      } else {
        transfer.receive_(std::string_view(bytes, count));
      }
      return count;
    } catch (...) {
      transfer.thrown_ = std::current_exception();
      return CURL_WRITEFUNC_ERROR;
    }
  }

  static std::size_t header(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& headers = static_cast<Transfer*>(self)->response_.headers;
    const std::string_view line = base::trim(std::string_view(bytes, count));
    if (line.starts_with("HTTP/")) headers.clear();  // the answer after a redirect
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line.starts_with("HTTP/")) return count;
    headers[lowercase(std::string(line.substr(0, colon)))] = base::trim(line.substr(colon + 1));
    return count;
  }

  static int progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
      if (received + sent != transfer.bytes_) {
        transfer.bytes_ = received + sent;
        transfer.moved_ = std::chrono::steady_clock::now();
      }
      if (transfer.stalled()) transfer.failure_ = "no byte arrived for too long";
      if (transfer.request_.cancelled && transfer.request_.cancelled()) transfer.failure_ = "cancelled";
    } catch (...) {
      transfer.thrown_ = std::current_exception();
      return 1;
    }
    return transfer.failure_.empty() ? 0 : 1;
  }
};

std::string shown_url(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto end = std::min(url.find_first_of("/?#", scheme + 3), url.size());
  const auto at = url.rfind('@', end);
  if (at == std::string::npos || at < scheme + 3) return url;
  return url.substr(0, scheme + 3) + url.substr(at + 1);
}

Transfer::Transfer(Request request, std::function<void(std::string_view)> receive)
    : request_(std::move(request)), receive_(std::move(receive)), handle_(std::make_unique<Handle>()) {
  start_libcurl();
  handle_->easy = curl_easy_init();
  if (handle_->easy == nullptr) throw EnvironmentError("libcurl cannot be started");
  configure();
  configure_method();
  add_headers();
}

Transfer::~Transfer() = default;

void* Transfer::handle() const {
  return handle_->easy;
}

void Transfer::configure() {
  CURL* easy = handle_->easy;
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https,ftp,file");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "lucie");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle_->error.data());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_limit.count()));
  if (request_.time_limit)
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.time_limit->count()));
  if (!request_.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // a proxy of the environment is not meant for it
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Callbacks::body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Callbacks::header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Callbacks::progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

void Transfer::configure_method() {
  CURL* easy = handle_->easy;
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT";
  if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  if (request_.method != "GET" || has_body)
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::add_headers() {
  // Without this libcurl waits up to a second for "100 Continue" before it sends a larger body.
  handle_->headers = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request_.headers) {
    if ((name + value).find_first_of("\r\n") != std::string::npos)
      throw Error(fmt::format("line break in the HTTP header '{}'", base::escape_control(name)));
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    handle_->headers = curl_slist_append(handle_->headers, line.c_str());
  }
  curl_easy_setopt(handle_->easy, CURLOPT_HTTPHEADER, handle_->headers);
}

int Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(handle_->easy, CURLINFO_RESPONSE_CODE, &status);
  return is_http(request_.url) ? static_cast<int>(status) : 200;
}

bool Transfer::stalled() {
  return std::chrono::steady_clock::now() - moved_ > std::max(request_.stall_limit, request_.connect_limit);
}

int Transfer::perform() {
  moved_ = std::chrono::steady_clock::now();
  return curl_easy_perform(handle_->easy);
}

Response Transfer::finish(int result) {
  const auto code = static_cast<CURLcode>(result);
  if (thrown_) std::rethrow_exception(thrown_);
  if (!is_http(request_.url) && means_not_found(code)) {
    response_.status = 404;
    return std::move(response_);
  }
  if (code != CURLE_OK) {
    std::string why = failure_.empty() ? std::string(handle_->error.data()) : failure_;
    if (why.empty()) why = curl_easy_strerror(code);
    EnvironmentError error(fmt::format("{}: {}", shown_url(request_.url), why));
    if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
      error.hint("check the network and the server's name");
    throw error;
  }
  response_.status = status();
  return std::move(response_);
}

}  // namespace lucie::net
