#include "setup/refresh.hpp"

#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "metapackage/lmp.hpp"
#include "setup/plan.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// Names all that an LMP says of one path of the node.
std::string claim(const metapackage::NodeFile& file) {
  base::Sha256 digest;
  digest.add(fmt::format("{} {:o} {}:{}\n", file.expanded, file.mode, file.owner, file.group));
  for (const auto& [variant, source] : file.variants) digest.add(variant + "\n" + base::read_file(source));
  return digest.finish_hex();
}

void compare_paths(const std::vector<metapackage::Lmp>& lmps, std::vector<std::string>& lines) {
  std::map<std::string, std::pair<std::string, std::string>> first;  // by path: LMP, claim
  for (const auto& lmp : lmps) {
    for (const auto& file : lmp.files) {
      const std::string own = claim(file);
      const auto [known, is_new] = first.try_emplace(file.path, lmp.name, own);
      if (is_new || known->second.second == own) continue;
      lines.push_back(
          fmt::format("lmps {} and {} give {} different content", known->second.first, lmp.name, file.path));
    }
  }
}

void compare_with(const config::Compiled& compiled, const std::vector<metapackage::Lmp>& lmps,
                  std::vector<std::string>& lines) {
  std::map<std::string, const metapackage::Lmp*> installed;
  for (const auto& lmp : lmps) installed[lmp.name] = &lmp;
  for (const auto& [name, deployed] : compiled.lmps) {
    const auto found = installed.find(name);
    if (found == installed.end()) {
      lines.push_back(fmt::format("lmp {} {} is gone", name, deployed.version));
    } else if (base::tree_hash(found->second->tree) != deployed.tree.filename()) {
      lines.push_back(
          fmt::format("lmp {} changed from {} to {}", name, deployed.version, found->second->version));
    }
  }
  for (const auto& lmp : lmps) {
    if (!compiled.lmps.contains(lmp.name)) {
      lines.push_back(fmt::format("lmp {} {} is new", lmp.name, lmp.version));
    }
  }
}

}  // namespace

std::vector<std::string> lmp_differences(const base::Paths& paths) {
  std::vector<Fault> faults;
  const auto lmps = metapackage::installed_lmps(paths.lmps, faults);
  std::vector<std::string> lines;
  for (const Fault& fault : faults) lines.push_back(fmt::format("{}: {}", fault.where.file, fault.message));
  compare_with(current_cluster(paths).value_or(config::Compiled{}), lmps, lines);
  compare_paths(lmps, lines);
  return lines;
}

void mark_out_of_date(const base::Paths& paths, const std::vector<std::string>& reasons) {
  const fs::path mark = paths.run / "out-of-date";
  if (reasons.empty()) {
    std::error_code missing;
    fs::remove(mark, missing);
    return;
  }
  fs::create_directories(paths.run);
  base::write_file(mark, base::join(reasons, "\n") + "\n");
}

std::vector<std::string> out_of_date(const base::Paths& paths) {
  const fs::path mark = paths.run / "out-of-date";
  if (!fs::exists(mark)) return {};
  return base::split(base::trim(base::read_file(mark)), '\n');
}

}  // namespace lucie::setup
