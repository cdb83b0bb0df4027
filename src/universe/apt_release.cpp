#include "universe/apt_release.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "universe/signature.hpp"

namespace lucie::universe {
namespace {

/// The text inside a clear-signed message, for servers that need not be signed.
std::string without_armor(const std::string& text) {
  if (!text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----")) return text;
  const auto begin = text.find("\n\n"), end = text.find("\n-----BEGIN PGP SIGNATURE-----");
  if (begin == std::string::npos || end == std::string::npos) throw Error("it is cut off");
  return text.substr(begin + 2, end - begin - 1);
}

/// Fetches from one address.
class ReleaseFetcher {
 public:
  ReleaseFetcher(const config::PackageServer& server, std::string folder_url, const Validators& known)
      : server_(server), folder_url_(std::move(folder_url)), known_(known) {}

  FetchedRelease fetch(const std::vector<std::string>& index_folders,
                       const std::vector<std::string>& others) {
    return server_.signed_by.empty() ? fetch_unsigned(index_folders, others) : fetch_signed();
  }

 private:
  /// Nothing when there is no such file.
  std::optional<net::Response> get(const std::string& path, bool conditional = false) {
    net::Request request;
    request.url = folder_url_ + path;
    if (conditional && !known_.etag.empty()) request.headers["If-None-Match"] = known_.etag;
    if (conditional && !known_.last_modified.empty())
      request.headers["If-Modified-Since"] = known_.last_modified;
    net::Response response = net::fetch(request);
    if (response.status == 404) return {};
    if (response.status >= 400)
      throw EnvironmentError(fmt::format("{}: HTTP status {}", request.url, response.status));
    return response;
  }

  static FetchedRelease result(const net::Response& response) {
    FetchedRelease release;
    release.unchanged = response.status == 304;
    release.text = response.body;
    const auto header = [&](const std::string& name) {
      const auto found = response.headers.find(name);
      return found == response.headers.end() ? std::string() : found->second;
    };
    release.validators = {header("etag"), header("last-modified")};
    return release;
  }

  FetchedRelease fetch_signed() {
    if (const auto response = get("InRelease", true)) {
      FetchedRelease release = result(*response);
      if (!release.unchanged) release.text = verify_clearsigned(release.text, server_.signed_by);
      return release;
    }
    const auto text = get("Release"), signature = get("Release.gpg");
    if (!text) throw EnvironmentError(fmt::format("{}InRelease: not found", folder_url_));
    if (!signature) throw Error("it is not signed");
    verify_detached(text->body, signature->body, server_.signed_by);
    return {false, text->body, {}};
  }

  FetchedRelease fetch_unsigned(const std::vector<std::string>& index_folders,
                                const std::vector<std::string>& others) {
    if (const auto response = get("Release", true)) return result(*response);
    if (const auto response = get("InRelease")) return {false, without_armor(response->body), {}};
    return {false, make_up(index_folders, others), {}};
  }

  std::string make_up(const std::vector<std::string>& index_folders, const std::vector<std::string>& others) {
    std::string text = "SHA256:\n";
    for (const std::string& folder : index_folders) add_first(folder + "Packages", text);
    if (text == "SHA256:\n")
      throw EnvironmentError(fmt::format("{}: neither a Release file nor a Packages file", folder_url_));
    for (const std::string& path : others) add_first(path, text);
    return text;
  }

  /// Adds the first form of the file that is there.
  void add_first(const std::string& path, std::string& text) {
    for (const char* ending : {".xz", ".gz", ""}) {
      const auto response = get(path + ending);
      if (!response) continue;
      text +=
          fmt::format(" {} {} {}\n", base::sha256_hex(response->body), response->body.size(), path + ending);
      return;
    }
  }

  const config::PackageServer& server_;
  std::string folder_url_;
  const Validators& known_;
};

}  // namespace

AptAddresses::AptAddresses(const config::PackageServer& server)
    : roots_(server_roots(server)), suite_(server.suite), flat_(server.suite.ends_with('/')) {
  if (suite_.starts_with("./")) suite_.erase(0, 2);
  if (suite_ == "/") suite_.clear();
}

std::vector<std::string> AptAddresses::package_bases() const {
  std::vector<std::string> bases = roots_;
  if (flat_) std::ranges::for_each(bases, [this](std::string& base) { base += suite_; });
  return bases;
}

std::string AptAddresses::release_folder() const {
  return flat_ ? suite_ : "dists/" + suite_ + "/";
}

bool AptAddresses::local() const {
  return all_local(roots_);
}

FetchedRelease fetch_release(const config::PackageServer& server, const AptAddresses& addresses,
                             const Validators& known, const std::vector<std::string>& index_folders,
                             const std::vector<std::string>& others) {
  require_signature(server, addresses.roots());
  std::vector<std::string> failures;
  for (const std::string& root : addresses.roots()) {
    const std::string folder_url = root + addresses.release_folder();
    try {
      return ReleaseFetcher(server, folder_url, known).fetch(index_folders, others);
    } catch (const EnvironmentError& error) {
      failures.emplace_back(error.what());
    } catch (Error& error) {
      error.context(fmt::format("package server '{}': {} cannot be trusted", server.name, folder_url));
      error.at(server.position);
      throw;
    }
  }
  throw EnvironmentError(fmt::format("package server '{}': {}", server.name, base::join(failures, "; ")));
}

}  // namespace lucie::universe
