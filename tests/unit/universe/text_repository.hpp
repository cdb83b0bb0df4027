#pragma once

#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/reporter.hpp"
#include "universe/universe.hpp"

/// A package server made of text, in a folder of its own: solver cases are written as Packages stanzas.
class TextRepository {
 public:
  explicit TextRepository(const std::string& packages) : folder_("universe-test") { write(packages); }

  void write(const std::string& packages) {
    lucie::base::write_file(folder_.path() / "Packages", completed(packages));
  }

  /// Which package has which file, as lines of a Contents index.
  void write_contents(const std::string& contents) const {
    lucie::base::write_file(folder_.path() / "Contents-amd64", contents);
  }

  lucie::config::PackageServer server(int priority = 500) const {
    lucie::config::PackageServer server;
    server.name = "text";
    server.kind = "apt";
    server.target = "test-1";
    server.uris = {"file:" + folder_.path().string()};
    server.suite = "./";
    server.priority = priority;
    return server;
  }

  lucie::universe::OpenOptions options() const {
    lucie::universe::OpenOptions options;
    options.cache = folder_.path() / "cache";
    return options;
  }

  lucie::universe::Universe open() const {
    static lucie::base::SilentReporter reporter;  // the universe keeps it
    return lucie::universe::open_universe("test-1", {server()}, options(), reporter);
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  /// Every stanza gets what it does not say: version 1, architecture all, a file.
  static std::string completed(const std::string& packages) {
    std::string text;
    for (std::size_t at = 0; at < packages.size();) {
      const auto end = std::min(packages.find("\n\n", at), packages.size());
      std::string stanza = packages.substr(at, end - at);
      stanza.erase(0, stanza.find_first_not_of('\n'));
      stanza.erase(stanza.find_last_not_of('\n') + 1);
      if (stanza.find("Version:") == std::string::npos) stanza += "\nVersion: 1";
      if (stanza.find("Architecture:") == std::string::npos) stanza += "\nArchitecture: all";
      text += stanza + "\nFilename: ./p.deb\nSize: 1\nSHA256: " + std::string(64, 'a') + "\n\n";
      at = end + 2;
    }
    return text;
  }

  lucie::base::TemporaryDirectory folder_;
};

/// "a 1, b 2" of a closure.
inline std::string shown(const std::vector<lucie::universe::Package>& packages) {
  std::string text;
  for (const auto& package : packages)
    text += (text.empty() ? "" : ", ") + package.name + " " + package.version;
  return text;
}

/// The chain, one link a line.
inline std::string chain(const lucie::universe::Verdict& verdict) {
  std::string text;
  for (const auto& reason : verdict.reasons) text += reason.text + "\n";
  return text;
}
