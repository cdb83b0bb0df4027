#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "metapackage/repository_format.hpp"

namespace lucie::metapackage {

using Formats = std::vector<std::unique_ptr<RepositoryFormat>>;

/// A file to publish; its bytes are read again when they are copied.
struct Candidate {
  std::filesystem::path source;
  const RepositoryFormat* format = nullptr;
  Listed package;
  std::string identity;
  std::string sha256;  ///< of the file as it was read
};

/// Reads and checks the files. Throws FaultsError with every file that cannot be published; of files that are
/// the same one stays.
std::vector<Candidate> read_candidates(const std::vector<std::filesystem::path>& files,
                                       const Formats& formats);

/// Copies the candidate's file to `into`, signed when there is a key, and brings its entry up to date. Throws
/// lucie::Error when it is no longer what was read.
void copy_candidate(Candidate& candidate, const std::string& key, const std::filesystem::path& into);

}  // namespace lucie::metapackage
