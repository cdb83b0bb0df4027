#pragma once

#include <string>
#include <string_view>

#include "dolly/offer.hpp"
#include "dolly/trust.hpp"

namespace lucie::dolly {

/// A file that a node fetches, after it believed what a server says of it.
struct WantedFile {
  Offer offer;          ///< of this file alone
  std::string digests;  ///< of its chunks, one behind the other

  std::string digest(std::uint32_t chunk) const { return digests.substr(chunk * digest_size, digest_size); }
};

/// Reads either form of manifest: what lucied signs, or what a node passes on. `url` is where it lies; a node
/// may not give another file than it is asked for. Throws NotTaken for what is not to be believed, and
/// lucie::Error for what is no manifest.
WantedFile wanted_file(std::string_view manifest, const std::string& url, const Trust& trust);

}  // namespace lucie::dolly
