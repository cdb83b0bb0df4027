#include "universe/repomd_fetch.hpp"

#include <fmt/format.h>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"
#include "universe/signature.hpp"

namespace lucie::universe {
namespace {

constexpr const char* place = "repodata/repomd.xml";

/// Nothing when there is no such file.
std::optional<net::Response> get(const std::string& url, const Validators& known) {
  net::Request request;
  request.url = url;
  if (!known.etag.empty()) request.headers["If-None-Match"] = known.etag;
  if (!known.last_modified.empty()) request.headers["If-Modified-Since"] = known.last_modified;
  net::Response response = net::fetch(request);
  if (response.status == 404) return {};
  if (response.status >= 400) throw EnvironmentError(fmt::format("{}: HTTP status {}", url, response.status));
  return response;
}

Validators validators_of(const net::Response& response) {
  const auto header = [&](const std::string& name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string() : found->second;
  };
  return {header("etag"), header("last-modified")};
}

void verify(const config::PackageServer& server, const std::string& url, const std::string& text) {
  const auto signature = get(url + ".asc", {});
  try {
    if (!signature) throw Error("it is not signed: there is no repomd.xml.asc");
    verify_detached(text, signature->body, server.signed_by);
  } catch (const EnvironmentError&) {
    throw;
  } catch (Error& error) {
    error.context("it cannot be trusted");
    throw;
  }
}

Repomd parse(const std::string& text) {
  Repomd repomd = parse_repomd(text);
  if (!repomd.files.contains("primary"))
    throw Error("it names no primary index").hint("make the repository anew with createrepo_c");
  if (!repomd.files.contains("filelists"))
    throw Error("it names no filelists, without which nobody knows which package has which file")
        .hint("make the repository anew with createrepo_c");
  return repomd;
}

FetchedRepomd fetch_from(const config::PackageServer& server, const std::string& root,
                         const Validators& known) {
  const std::string url = root + place;
  const auto response = get(url, known);
  if (!response) throw EnvironmentError(fmt::format("{}: not found", url));
  FetchedRepomd fetched{.unchanged = response->status == 304};
  if (fetched.unchanged) return fetched;
  try {
    if (!server.signed_by.empty()) verify(server, url, response->body);
    fetched.repomd = parse(response->body);
  } catch (const EnvironmentError&) {
    throw;
  } catch (Error& error) {
    error.context(fmt::format("package server '{}': {}", server.name, url)).at(server.position);
    throw;
  }
  fetched.text = response->body;
  fetched.validators = validators_of(*response);
  return fetched;
}

}  // namespace

FetchedRepomd fetch_repomd(const config::PackageServer& server, const std::vector<std::string>& roots,
                           const Validators& known) {
  require_signature(server, roots);
  std::vector<std::string> failures;
  for (const std::string& root : roots) {
    try {
      return fetch_from(server, root, known);
    } catch (const EnvironmentError& error) {
      failures.emplace_back(error.what());
    }
  }
  throw EnvironmentError(fmt::format("package server '{}': {}", server.name, base::join(failures, "; ")));
}

}  // namespace lucie::universe
