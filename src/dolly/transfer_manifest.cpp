#include "dolly/transfer_manifest.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/ed25519.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::dolly {
namespace {

constexpr std::string_view first_word = "dollyplus-transfer/";
constexpr std::size_t record_size = digest_size + base::signature_size;

[[noreturn]] void no_transfer(const std::string& why) {
  throw Error("this is no manifest of a transfer: " + why);
}

/// Up to `end`, which is left out.
std::string_view take_until(std::string_view& bytes, char end) {
  const auto at = bytes.find(end);
  if (at == std::string_view::npos) no_transfer("it is cut");
  const std::string_view part = bytes.substr(0, at);
  bytes.remove_prefix(at + 1);
  return part;
}

std::size_t take_number(std::string_view& bytes, char end) {
  const std::string_view digits = take_until(bytes, end);
  std::uint32_t number = 0;
  const auto [last, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc() || last != digits.data() + digits.size()) no_transfer("a number is none");
  return number;
}

/// Zeros stand for none.
std::string signature_of(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos ? std::string() : std::string(bytes);
}
std::string filled(std::string signature) {
  signature.resize(base::signature_size);
  return signature;
}

Offer offer_in(std::string_view line, std::string_view signature_digits) {
  if (signature_digits.size() != 2 * base::signature_size) no_transfer("its signature is cut");
  try {
    Offer offer = offer_from_json(std::string(line));
    offer.text = std::string(line);
    offer.signature = signature_of(base::from_hex(signature_digits));
    return offer;
  } catch (const ConnectionLost& fault) {
    no_transfer(base::escape_control(fault.what()));
  }
}

std::uint64_t count_of(std::uint64_t bytes, std::uint32_t chunk_size) {
  return bytes / chunk_size + (bytes % chunk_size == 0 ? 0 : 1);
}

}  // namespace

ChunkRange chunks_of(const Offer& offer, std::size_t file) {
  std::uint64_t first = 0;
  for (std::size_t before = 0; before < file; ++before)
    first += count_of(offer.files[before].list, offer.chunk_size) +
             count_of(offer.files[before].size, offer.chunk_size);
  first += count_of(offer.files.at(file).list, offer.chunk_size);
  const std::uint64_t count = count_of(offer.files[file].size, offer.chunk_size);
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(first + count)};
}

std::string to_text(const TransferManifest& manifest) {
  std::string text = fmt::format("{}{} {} {}\n{}\n", first_word, protocol_version, manifest.file,
                                 base::to_hex(filled(manifest.offer.signature)), manifest.offer.text.plain());
  text.reserve(text.size() + manifest.chunks.size() * record_size);
  for (const ChunkHeader& chunk : manifest.chunks) text += chunk.sha256 + filled(chunk.signature);
  return text;
}

bool is_transfer_manifest(std::string_view bytes) {
  return bytes.starts_with(first_word);
}

TransferManifest transfer_manifest_from(std::string_view bytes) {
  if (!is_transfer_manifest(bytes)) no_transfer("it begins with other words");
  bytes.remove_prefix(first_word.size());
  if (const auto version = take_number(bytes, ' '); version != protocol_version)
    no_transfer(fmt::format("it is of version {} of the protocol, and this program speaks {}", version,
                            protocol_version));
  TransferManifest manifest;
  manifest.file = take_number(bytes, ' ');
  const std::string_view signature = take_until(bytes, '\n');
  manifest.offer = offer_in(take_until(bytes, '\n'), signature);
  const auto& files = manifest.offer.files;
  if (manifest.file >= files.size()) no_transfer("its file is not in the offer");
  const OfferedFile& file = files[manifest.file];
  if (file.content != Content::file || file.unpack) no_transfer("it is of something else than a single file");
  const auto [first, end] = chunks_of(manifest.offer, manifest.file);
  if (bytes.size() != std::uint64_t{end - first} * record_size)
    no_transfer(fmt::format("{} bytes of digests and signatures for {} chunks", bytes.size(), end - first));
  std::uint64_t left = file.size;
  for (std::uint32_t chunk = first; chunk < end; ++chunk, bytes.remove_prefix(record_size)) {
    const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, manifest.offer.chunk_size));
    left -= size;
    manifest.chunks.push_back({chunk, std::string(bytes.substr(0, digest_size)), size,
                               signature_of(bytes.substr(digest_size, base::signature_size))});
  }
  return manifest;
}

}  // namespace lucie::dolly
