#include "installer/modules/configure/overlay.hpp"

#include <fmt/format.h>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

/// The names in the first field of passwd(5) or group(5).
std::set<std::string> names_in(const std::filesystem::path& file) {
  std::set<std::string> names;
  for (const std::string& line : base::split(base::read_file(file), '\n')) {
    names.insert(line.substr(0, line.find(':')));
  }
  return names;
}

bool is_number(const std::string& text) {
  return text.find_first_not_of("0123456789") == std::string::npos;
}

/// `listing`: of `tar --list --verbose`: mode, owner/group, size, date, time, name.
void check_owners(const TargetRoot& root, const std::string& listing) {
  const auto users = names_in(root / "/etc/passwd");
  const auto groups = names_in(root / "/etc/group");
  std::vector<Fault> faults;
  for (const std::string& line : base::split(listing, '\n')) {
    const auto words = base::split_words(line);
    if (words.size() < 6) continue;
    const std::string owner = words[1].substr(0, words[1].find('/'));
    const std::string group = words[1].substr(words[1].find('/') + 1);
    const std::string hint = "the LMP's package list must bring the package that makes it";
    if (!is_number(owner) && !users.contains(owner))
      faults.push_back(
          {.message = fmt::format("/{}: the node has no user '{}'", words[5], owner), .hint = hint});
    if (!is_number(group) && !groups.contains(group))
      faults.push_back(
          {.message = fmt::format("/{}: the node has no group '{}'", words[5], group), .hint = hint});
  }
  if (!faults.empty()) throw FaultsError(std::move(faults));
}

}  // namespace

void extract_overlay(const TargetRoot& root, const std::string& archive, base::Reporter& reporter) {
  if (archive.empty()) return;
  const base::Outcome listing = root.run({"tar", "--list", "--verbose", "--file", "-"},
                                         {.environment = {}, .input = archive, .on_line = {}});
  if (!listing.success())
    throw Error(fmt::format("the overlay archive cannot be read: {}", base::trim(listing.error)));
  check_owners(root, listing.output);
  for (const std::string& line : base::split(base::trim(listing.output), '\n')) reporter.note(line);
  // Folders that the node has keep their modes and links; files are replaced.
  root.run_or_throw({"tar", "--extract", "--same-permissions", "--same-owner", "--no-overwrite-dir",
                     "--keep-directory-symlink", "--file", "-", "--directory", "/"},
                    {.environment = {}, .input = archive, .on_line = {}});
}

}  // namespace lucie::installer
