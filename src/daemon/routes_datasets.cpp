// Datasets over HTTP, for nodes that no ring reaches (docs/dolly-protocol.md, "The way out").
#include <chrono>
#include <fmt/format.h>

#include "base/error.hpp"
#include "daemon/routes.hpp"
#include "wire/manifest.hpp"

namespace lucie::daemon {
namespace {

using net::ServerResponse;

std::uint64_t milliseconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

ServerResponse NodeRoutes::dataset(const Snapshot& snapshot, const config::Host& host,
                                   const std::string& name, const std::string& what) {
  const config::Dataset& dataset = dataset_for(snapshot, host, name);
  if (dataset.encrypt)
    throw Error(fmt::format("dataset '{}' is to be encrypted on its way, and HTTP is not", name));
  if (what == "manifest") return manifest(dataset, host);
  if (what != "content") return text_answer(404, fmt::format("a dataset has no {}", what));
  base::FileDescriptor file = open_source(dataset.source);
  if (!file.valid()) throw EnvironmentError(fmt::format("{} is no file that can be read", dataset.source));
  return {.content_type = "application/octet-stream", .body = {}, .file = std::move(file)};
}

ServerResponse NodeRoutes::manifest(const config::Dataset& dataset, const config::Host& host) {
  const auto content = daemon_.manifests.content(dataset.source);
  if (content == nullptr)
    return {.status = 503,
            .body = fmt::format("the server looks at dataset '{}' first\n", dataset.name),
            .file = {},
            .headers = {{"Retry-After", "1"}}};
  const wire::Manifest manifest = {.node = host.name,
                                   .issued = milliseconds_since_1970(),
                                   .path = received_as(dataset),
                                   .size = content->size,
                                   .mode = content->mode,
                                   .digests = content->digests};
  return {.content_type = "application/octet-stream",
          .body = wire::to_text(manifest, daemon_.secrets.ring_signer()),
          .file = {}};
}

}  // namespace lucie::daemon
