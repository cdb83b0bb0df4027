#include "setup/plan.hpp"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/process.hpp"
#include "metapackage/lmp.hpp"
#include "setup/pools.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

using Texts = std::map<std::string, std::string>;

/// Names that came, went or changed.
void compare(const std::string& kind, const Texts& before, const Texts& after, std::vector<Change>& changes) {
  for (const auto& [name, text] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      changes.push_back({kind, name, "add"});
    } else if (old->second != text) {
      changes.push_back({kind, name, "change"});
    }
  }
  for (const auto& [name, text] : before) {
    if (!after.contains(name)) changes.push_back({kind, name, "remove"});
  }
}

/// Each host with all that is said of it, its answers too, as text to compare.
Texts hosts_of(const config::Compiled& compiled) {
  Texts hosts;
  for (const config::Host& host : compiled.cluster.hosts) {
    config::Compiled alone;
    alone.cluster.hosts = {host};
    alone.cluster.hosts.front().position = {};
    for (const auto& [name, lmp] : compiled.lmps) {
      alone.answers.push_back({.lmp = name, .values = metapackage::answers_for(name, compiled, host)});
    }
    hosts[host.name] = config::to_json(alone);
  }
  return hosts;
}

Texts lmps_of(const config::Compiled& compiled) {
  Texts lmps;
  for (const auto& [name, lmp] : compiled.lmps) lmps[name + " " + lmp.version] = lmp.tree.string();
  return lmps;
}

std::string unified(const GeneratedFile& file) {
  const bool exists = fs::exists(file.path);
  return base::run({.argv = {"diff", "-u", "--label", file.path.string(), "--label",
                             file.path.string() + " (new)", exists ? file.path.string() : "/dev/null", "-"},
                    .input = file.content})
      .output;
}

void compare_files(const Design& design, bool diffs, std::vector<Change>& changes) {
  for (const GeneratedFile& file : design.files) {
    const bool exists = fs::exists(file.path);
    if (exists && base::read_file(file.path) == file.content) continue;
    const char* what = file.reloads ? "reloads" : "restarts";
    changes.push_back({"file", file.path.string(), exists ? "change" : "add",
                       fmt::format("{} {}", what, file.service), diffs ? unified(file) : ""});
  }
}

void compare_images(const base::Paths& paths, const Design& design, const Deployed& deployed,
                    std::vector<Change>& changes) {
  const ImageBuilder builder{paths.cache, paths.templates, {}};
  const auto look = [&](const std::string& name, const ImageRecipe& recipe, const std::string& key) {
    const auto known = deployed.images.find(name);
    if (known != deployed.images.end() && known->second == key) return;
    const bool cached = fs::exists(builder.file(recipe));
    changes.push_back(
        {"image", name, cached ? "use" : "build",
         fmt::format("{} packages{}", recipe.packages.size(), cached ? ", from the cache" : "")});
  };
  for (const auto& [installer, images] : design.images) {
    look("base/" + installer, images.base, images.base.key(paths.templates));
    look("nfsroot/" + installer, images.nfsroot, images.nfsroot_key(paths.templates));
  }
  if (deployed.initrd != initrd_key(paths.templates)) changes.push_back({"image", "initrd", "build"});
}

void compare_pools(const base::Paths& paths, const Design& design, const Deployed& deployed,
                   std::vector<Change>& changes) {
  for (const auto& [target, packages] : pool_contents(paths, design.lock)) {
    const auto known = deployed.pools.find(target);
    if (known != deployed.pools.end() && known->second == design.lock.hash()) continue;
    changes.push_back({"pool", target, known == deployed.pools.end() ? "add" : "change",
                       fmt::format("{} packages", packages.size())});
  }
}

}  // namespace

bool same_cluster(config::Compiled left, config::Compiled right, Compare by) {
  for (config::Compiled* compiled : {&left, &right}) {
    compiled->version = 0;
    compiled->made.clear();
    if (by == Compare::built) continue;
    for (auto& image : compiled->images) {
      image.base_sha256.clear();
      image.base_size = 0;
    }
  }
  return config::to_json(left) == config::to_json(right);
}

std::optional<config::Compiled> current_cluster(const base::Paths& paths) {
  if (!fs::exists(paths.state / "cluster/current")) return std::nullopt;
  return config::load_current(paths.state);
}

std::vector<Change> plan(const base::Paths& paths, const Design& design, bool diffs) {
  std::vector<Change> changes;
  const auto current = current_cluster(paths);
  const config::Compiled before = current.value_or(config::Compiled{});
  const Deployed deployed = load_deployed(paths);
  compare("host", hosts_of(before), hosts_of(design.compiled), changes);
  compare("lmp", lmps_of(before), lmps_of(design.compiled), changes);
  compare_pools(paths, design, deployed, changes);
  compare_images(paths, design, deployed, changes);
  compare_files(design, diffs, changes);
  if (!current || !same_cluster(before, design.compiled, Compare::designed)) {
    changes.push_back({"cluster", "compiled cluster", current ? "change" : "add",
                       current ? fmt::format("version {} is in force", before.version) : ""});
  }
  return changes;
}

std::string to_json(const std::vector<Change>& changes) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Change& change : changes) {
    nlohmann::ordered_json item = {
        {"kind", change.kind}, {"name", change.name}, {"action", change.action}, {"detail", change.detail}};
    if (!change.diff.empty()) item["diff"] = change.diff;
    list.push_back(std::move(item));
  }
  return nlohmann::ordered_json{{"version", 1}, {"changes", list}}.dump(
             2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace lucie::setup
