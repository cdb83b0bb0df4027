#include "net/fetch.hpp"

#include <curl/curl.h>
#include <memory>

#include "base/error.hpp"
#include "net/fetch_transfer.hpp"

namespace lucie::net {

Response fetch(const Request& request) {
  return fetch_streamed(request, {});
}

Response fetch_streamed(const Request& request, const std::function<void(std::string_view)>& receive) {
  Transfer transfer(request, receive);
  return transfer.finish(transfer.perform());
}

std::string path_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  char* path = nullptr;
  if (parts == nullptr || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_PATH, &path, CURLU_URLDECODE) != CURLUE_OK)
    return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(path, curl_free);
  return path;
}

Session::Session() {
  start_libcurl();
  connections_ = curl_share_init();
  if (connections_ == nullptr) throw EnvironmentError("libcurl cannot be started");
  curl_share_setopt(connections_, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
}

Session::~Session() {
  curl_share_cleanup(connections_);
}

Response Session::fetch_streamed(const Request& request,
                                 const std::function<void(std::string_view)>& receive) {
  Transfer transfer(request, receive);
  curl_easy_setopt(transfer.handle(), CURLOPT_SHARE, connections_);
  return transfer.finish(transfer.perform());
}

}  // namespace lucie::net
