#include "wire/manifest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "wire/whole_number.hpp"

namespace lucie::wire {
namespace {

using nlohmann::json;

constexpr std::string_view first_word = "lucie-manifest/1 ";
constexpr std::uint32_t least_chunk = 64 << 10, most_chunk = 64 << 20;
/// The year 2255, milliseconds: later times cannot be written.
constexpr std::uint64_t latest = 9'000'000'000'000;

/// Never what is signed for anything else with the same key.
std::string signed_text_of(std::string_view content) {
  return std::string(first_word) + std::string(content);
}

[[noreturn]] void no_manifest(const std::string& why) {
  throw Error("this is no manifest: " + why);
}

/// Up to the next line break, which is left out.
std::string_view take_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos) no_manifest("a line is missing");
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return line;
}

Manifest header_from(std::string_view line) {
  Manifest manifest;
  try {
    const json record = json::parse(line);
    record.at("node").get_to(manifest.node);
    manifest.issued = whole_number<std::uint64_t>(record.at("issued"));
    record.at("path").get_to(manifest.path);
    manifest.size = whole_number<std::uint64_t>(record.at("size"));
    manifest.mode = whole_number<std::uint32_t>(record.at("mode")) & 0777;
    manifest.chunk_size = whole_number<std::uint32_t>(record.at("chunk"));
  } catch (const json::exception& problem) {
    no_manifest(problem.what());
  }
  return manifest;
}

void check(const Manifest& manifest) {
  if (manifest.issued > latest) no_manifest("it is from no time");
  if (manifest.chunk_size < least_chunk || manifest.chunk_size > most_chunk)
    no_manifest(fmt::format("chunks of {} bytes", manifest.chunk_size));
  const std::uint64_t chunks =
      manifest.size / manifest.chunk_size + (manifest.size % manifest.chunk_size == 0 ? 0 : 1);
  if (manifest.digests.size() % manifest_digest_size != 0 ||
      manifest.digests.size() / manifest_digest_size != chunks)
    no_manifest(fmt::format("{} bytes of digests for {} chunks", manifest.digests.size(), chunks));
}

}  // namespace

std::string to_text(const Manifest& manifest, const base::SigningKey& key) {
  const json record = {{"node", manifest.node}, {"issued", manifest.issued}, {"path", manifest.path},
                       {"size", manifest.size}, {"mode", manifest.mode},     {"chunk", manifest.chunk_size}};
  const std::string content =
      record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n" + manifest.digests;
  const std::string signature = base::to_hex(key.sign(signed_text_of(content)));
  return fmt::format("{}{}\n", first_word, signature) + content;
}

SignedManifest manifest_from(std::string_view bytes) {
  if (!bytes.starts_with(first_word)) no_manifest("it begins with other words");
  bytes.remove_prefix(first_word.size());
  SignedManifest read;
  const std::string_view signature = take_line(bytes);
  if (signature.size() != 2 * base::signature_size) no_manifest("its signature is cut");
  read.signature = base::from_hex(signature);
  read.signed_text = signed_text_of(bytes);
  read.manifest = header_from(take_line(bytes));
  read.manifest.digests = bytes;
  check(read.manifest);
  return read;
}

std::string way_out_json(const std::string& fetch) {
  return json{{"version", 1}, {"fetch", fetch}}.dump() + "\n";
}

std::string way_out_from_json(const std::string& text) {
  const json record = json::parse(text, nullptr, false);
  const auto fetch = record.is_object() ? record.find("fetch") : record.end();
  return fetch != record.end() && fetch->is_string() ? fetch->get<std::string>() : std::string();
}

}  // namespace lucie::wire
