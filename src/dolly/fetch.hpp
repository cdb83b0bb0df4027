#pragma once

#include <string>
#include <vector>

#include "dolly/received_files.hpp"
#include "dolly/threads.hpp"
#include "dolly/trust.hpp"

/// The way out of rings: a node that none reaches gets the same bytes over HTTP. It dials itself, so that
/// what keeps others from dialling it does not matter.
namespace lucie::dolly {

struct FetchOptions {
  /// Where it may be had, http or https: `URL/manifest` says what it is, `URL/content` are the bytes. Asked
  /// in this order: the next one when one refuses, goes away, or gives what is wrong.
  std::vector<std::string> urls;
  std::string token;  ///< tells the servers who asks (X-Lucie-Token); empty: nothing is told
  OpenFiles open;     ///< where the file goes
  TrustOptions trust;
  milliseconds patience{60000};  ///< servers of whom none gives anything are asked again for this long
};

/// What happens, for those who show it.
class FetchEvents {
 public:
  virtual ~FetchEvents() = default;
  /// `from` said what it is. `found` bytes need not be fetched: an earlier transfer brought them.
  virtual void started(const Offer& offer, std::uint64_t found, const std::string& from) = 0;
  virtual void progress(std::uint64_t verified, std::uint64_t all) = 0;
  /// The server is asked again; why. Not for every time.
  virtual void waiting(const std::string& why) = 0;
  /// Another server is asked; why. Not for every time.
  virtual void elsewhere(const std::string& why, const std::string& url) = 0;
};

/// Returns when everything is verified and in its place. What it got is kept when it fails, as of a ring.
/// Throws lucie::Error for what the server refuses, or is not to be believed; EnvironmentError when it gives
/// nothing, or the file cannot be put where it belongs.
void fetch_over_http(const FetchOptions& options, FetchEvents& events);

}  // namespace lucie::dolly
