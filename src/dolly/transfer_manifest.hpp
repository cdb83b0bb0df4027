#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dolly/offer.hpp"
#include "dolly/protocol.hpp"

/// What a node that has a file tells one that fetches it over HTTP. It cannot sign, so it passes the master's
/// word on as the ring brought it: the offer, and the header of every chunk, each with its signature
/// (docs/dolly-protocol.md).
namespace lucie::dolly {

struct TransferManifest {
  Offer offer;                      ///< `text` and `signature` as they came
  std::size_t file = 0;             ///< in the list of the offer
  std::vector<ChunkHeader> chunks;  ///< of this file alone, in order, numbered through the transfer
};

/// The chunks of a file's content, numbered through the transfer.
ChunkRange chunks_of(const Offer& offer, std::size_t file);

/// `dollyplus-transfer/VERSION FILE SIGNATURE`, the offer, digest and signature of every chunk.
std::string to_text(const TransferManifest& manifest);
/// Whether it is meant to be one.
bool is_transfer_manifest(std::string_view bytes);
/// Nothing of it is to be believed before its signatures are checked. Throws lucie::Error for what is none,
/// or makes no sense.
TransferManifest transfer_manifest_from(std::string_view bytes);

}  // namespace lucie::dolly
