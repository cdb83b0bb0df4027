#pragma once

#include <string>
#include <vector>

#include "config/cluster.hpp"
#include "universe/addresses.hpp"
#include "universe/repomd.hpp"

namespace lucie::universe {

/// A repomd.xml that may be believed and has what a universe needs: a primary index and file lists.
struct FetchedRepomd {
  bool unchanged = false;  ///< since `known`; the rest is empty then
  std::string text;
  Repomd repomd;
  Validators validators;
};

/// Fetches repodata/repomd.xml from the first root that answers and, where the server has `signed_by`,
/// verifies it with repomd.xml.asc. Throws lucie::Error when it is not to be trusted or not understood,
/// EnvironmentError when no root answers.
FetchedRepomd fetch_repomd(const config::PackageServer& server, const std::vector<std::string>& roots,
                           const Validators& known);

}  // namespace lucie::universe
