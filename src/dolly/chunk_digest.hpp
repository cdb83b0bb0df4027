#pragma once

#include <memory>
#include <string>

#include "base/digest.hpp"
#include "dolly/block.hpp"

namespace lucie::dolly {

/// What a chunk must match before it counts.
enum class Verify {
  sha256,  ///< the SHA-256 of its content: nobody on the way can change it
  fast,    ///< XXH3 of its blocks' checksums: finds damage, proves nothing against intent, and costs nothing
};

/// The digest of one chunk, whose blocks are added in order.
class ChunkDigest {
 public:
  explicit ChunkDigest(Verify verify);

  void add(const Block& block);
  /// `digest_size` bytes; call once, at the end.
  std::string finish();

 private:
  std::unique_ptr<base::Sha256> sha256_;
  std::string checksums_;
};

}  // namespace lucie::dolly
