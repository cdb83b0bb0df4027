#include "dolly/wanted_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "base/text.hpp"
#include "dolly/transfer_manifest.hpp"
#include "net/fetch.hpp"
#include "wire/manifest.hpp"

namespace lucie::dolly {
namespace {

/// What a manifest of lucied is for the parts that know offers: a ring of this node alone.
WantedFile described_by_lucied(std::string_view bytes, const Trust& trust) {
  wire::SignedManifest read = wire::manifest_from(bytes);
  wire::Manifest& manifest = read.manifest;
  trust.check(manifest.node, read.signed_text, read.signature, manifest.issued);
  WantedFile wanted;
  wanted.offer.issued = manifest.issued;
  wanted.offer.chunk_size = manifest.chunk_size;
  wanted.offer.files = {{manifest.path, manifest.size, manifest.mode}};
  wanted.offer.ring = {{.id = 0, .name = manifest.node}};
  wanted.digests = std::move(manifest.digests);
  return wanted;
}

/// All files of a transfer have the same right to be believed, so who asks must see to it that it is this
/// one.
void check_is_asked_for(const std::string& path, const std::string& url) {
  const std::string wanted = "/" + std::filesystem::path(path).lexically_normal().string();
  if (!net::path_of(url).ends_with(wanted))
    throw NotTaken(Refusal::trust, fmt::format("it is given '{}', which is not what it asked for",
                                               base::escape_control(path)));
}

WantedFile described_by_node(std::string_view bytes, const std::string& url, const Trust& trust) {
  TransferManifest manifest = transfer_manifest_from(bytes);
  trust.check_passed_on(manifest.offer);
  const OfferedFile file = manifest.offer.files[manifest.file];
  check_is_asked_for(file.path, url);
  WantedFile wanted;
  for (const ChunkHeader& chunk : manifest.chunks) {
    if (!trust.accepts(manifest.offer.transfer, chunk))
      throw NotTaken(Refusal::trust, fmt::format("chunk {} is not signed by the master", chunk.chunk));
    wanted.digests += chunk.sha256;
  }
  wanted.offer = std::move(manifest.offer);
  wanted.offer.files = {file};
  return wanted;
}

}  // namespace

WantedFile wanted_file(std::string_view manifest, const std::string& url, const Trust& trust) {
  return is_transfer_manifest(manifest) ? described_by_node(manifest, url, trust)
                                        : described_by_lucied(manifest, trust);
}

}  // namespace lucie::dolly
