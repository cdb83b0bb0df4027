#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/fetch.hpp"

/// One libcurl transfer; what fetch.cpp and fetch_download.cpp share. Nobody else includes this.
namespace lucie::net {

/// The URL without user and password, for messages.
std::string shown_url(const std::string& url);

/// Before anything else of libcurl; once is enough.
void start_libcurl();

class Transfer {
 public:
  /// `receive` gets the body; when it is empty, and for statuses of 400 and above, the body goes into the
  /// response. What `receive` throws ends the transfer and comes out of `finish`.
  Transfer(Request request, std::function<void(std::string_view)> receive);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Runs it to its end. Returns libcurl's result code.
  int perform();
  /// The answer, once the transfer has ended with `code`. Throws EnvironmentError when there was none.
  Response finish(int code);

  /// libcurl's handle (CURL*).
  void* handle() const;

 private:
  struct Callbacks;
  void configure();
  void configure_method();
  void add_headers();
  int status() const;
  bool stalled();

  struct Handle;
  Request request_;
  std::function<void(std::string_view)> receive_;
  Response response_;
  std::exception_ptr thrown_;
  std::string failure_;  ///< why we ended it ourselves
  std::chrono::steady_clock::time_point moved_ = std::chrono::steady_clock::now();
  long long bytes_ = -1;
  std::unique_ptr<Handle> handle_;
};

}  // namespace lucie::net
