#include "lmp/commands/repository_report.hpp"

#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "metapackage/records.hpp"

namespace lucie::lmp {
namespace {

using Packages = std::vector<metapackage::PublishedPackage>;

/// "2 new: lmp-base 1.0, lmp-mpi 1.2-1": an LMP stands there once, whatever its formats.
std::string line(const Packages& packages, const char* what) {
  std::set<std::string> names;
  for (const auto& package : packages) names.insert(package.name + " " + package.version);
  return fmt::format("{} {}: {}", names.size(), what, base::join({names.begin(), names.end()}, ", "));
}

}  // namespace

void report(const metapackage::RepositoryChange& change, const std::string& repository,
            cli::Terminal& terminal) {
  if (terminal.json()) terminal.print(metapackage::repository_record(change, repository));
  if (change.added.empty() && change.removed.empty())
    terminal.note(fmt::format("{}: nothing new", repository));
  if (!change.added.empty()) terminal.note(fmt::format("{}: {}", repository, line(change.added, "new")));
  if (!change.removed.empty())
    terminal.note(fmt::format("{}: {}", repository, line(change.removed, "removed")));
}

}  // namespace lucie::lmp
