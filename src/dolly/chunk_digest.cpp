#include "dolly/chunk_digest.hpp"

#include "dolly/bytes.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {

ChunkDigest::ChunkDigest(Verify verify)
    : sha256_(verify == Verify::sha256 ? std::make_unique<base::Sha256>() : nullptr) {}

void ChunkDigest::add(const Block& block) {
  if (sha256_) {
    sha256_->add(block.content());
  } else {
    checksums_ += ByteWriter().number(block.checksum).take();
  }
}

std::string ChunkDigest::finish() {
  if (sha256_) return sha256_->finish();
  std::string digest = ByteWriter().number(checksum_of(checksums_)).take();
  digest.resize(digest_size);
  return digest;
}

}  // namespace lucie::dolly
