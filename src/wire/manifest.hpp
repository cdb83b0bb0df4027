#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ed25519.hpp"

/// What a file is made of, for a node that fetches it over HTTP: the way out when no ring reaches it
/// (docs/dolly-protocol.md).
namespace lucie::wire {

inline constexpr std::uint32_t manifest_chunk = 4 << 20;  ///< bytes
inline constexpr std::size_t manifest_digest_size = 32;   ///< SHA-256

struct Manifest {
  std::string node;          ///< whom it is for
  std::uint64_t issued = 0;  ///< milliseconds since 1970
  std::string path;          ///< relative to the node's root
  std::uint64_t size = 0;
  std::uint32_t mode = 0644;  ///< permission bits
  std::uint32_t chunk_size = manifest_chunk;
  std::string digests;  ///< of all chunks, one behind the other

  std::string_view digest(std::uint32_t chunk) const {
    return std::string_view(digests).substr(chunk * manifest_digest_size, manifest_digest_size);
  }
};

/// `lucie-manifest/1 SIGNATURE`, a line of JSON, the digests.
std::string to_text(const Manifest& manifest, const base::SigningKey& key);

/// A manifest as it came; nothing of it is to be believed before its signature is checked.
struct SignedManifest {
  Manifest manifest;
  std::string signed_text;  ///< what the signature is for
  std::string signature;    ///< bytes
};
/// Throws lucie::Error for what is no manifest, or makes no sense.
SignedManifest manifest_from(std::string_view bytes);

/// What lucied answers to a node that is ready for a ring and shall not wait for one: `fetch`, where the
/// dataset lies, relative to what is the node's own.
std::string way_out_json(const std::string& fetch);
/// Empty when the answer says nothing of it.
std::string way_out_from_json(const std::string& text);

}  // namespace lucie::wire
