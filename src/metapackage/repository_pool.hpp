#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/clock.hpp"

namespace lucie::metapackage {

/// Another place for a package whose usual place is taken: a folder of its own beside.
std::string other_place(const std::string& place, const std::string& sha256);

/// The packages of a repository, below pool/, and which of them no index in force names: those that a killed
/// publication brought, and those that were taken out. They stay for the reading time of the indices that
/// named them. indices/unlisted has a line for each: seconds since 1970, and its place.
class Pool {
 public:
  explicit Pool(std::filesystem::path repository);

  /// True when a package with this content can stand there: nobody finds another one.
  bool is_free(const std::string& place, const std::string& sha256) const;

  /// Notes places that come or go now. Written before the first file moves, so that nothing of a killed
  /// publication is forgotten.
  void note(const std::set<std::string>& places);
  void bring_in(const std::filesystem::path& file, const std::string& place) const;
  /// Removes what is noted, is not in force and is too old to be asked for.
  void tidy(const std::set<std::string>& in_force);

 private:
  void write() const;

  std::filesystem::path repository_, list_;
  std::map<std::string, std::int64_t> unlisted_;  ///< place: since when
};

}  // namespace lucie::metapackage
