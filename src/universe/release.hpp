#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace lucie::universe {

/// What a Release file says (https://wiki.debian.org/DebianRepository/Format).
struct Release {
  struct File {
    std::string sha256;
    std::uint64_t size = 0;  ///< bytes
  };

  std::string suite, codename;
  std::vector<std::string> architectures, components;
  std::optional<base::SystemTime> date, valid_until;
  bool not_automatic = false;         ///< nothing is taken from it unless asked for (backports, experimental)
  bool by_hash = false;               ///< indices are also to be had as by-hash/SHA256/…
  bool all_apart = false;             ///< packages for all architectures are in an index of their own
  std::map<std::string, File> files;  ///< by path below the Release file
};

/// Reads the text of a Release file. Throws lucie::Error when a field that we need cannot be understood.
Release parse_release(std::string_view text);

/// "Sat, 11 Jul 2026 10:16:37 UTC" (RFC 5322, as Release files have it). Throws lucie::Error.
base::SystemTime parse_release_date(std::string_view text);

}  // namespace lucie::universe
