#include <algorithm>
#include <fmt/format.h>
#include <regex>
#include <set>

#include "base/names.hpp"
#include "metapackage/folder_entries.hpp"
#include "metapackage/manifest.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/template.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The answers that templates use.
std::set<std::string> check_templates(const Lmp& lmp, std::vector<Fault>& faults) {
  std::set<std::string> used;
  std::vector<std::string> answers;
  for (const Question& question : lmp.questions) answers.push_back(question.name);
  for (const NodeFile& file : lmp.files) {
    for (const std::string& name : file.templates) {
      const fs::path& source = file.variants.at(name);
      const Template parsed(*lmp.texts->read(source), source.string(), faults);
      parsed.check(answers, faults);
      used.merge(parsed.answers_used());
    }
  }
  return used;
}

/// The programs in a folder; each must say by what it is run.
std::vector<fs::path> programs(const Lmp& lmp, const FolderEntries& folders, const char* folder,
                               std::vector<Fault>& faults) {
  std::vector<fs::path> found;
  for (const auto& [path, kind] : folders.in(lmp.tree / folder)) {
    if (kind != FolderEntry::Kind::file) {
      faults.push_back({{path.string(), 0, 0}, "it is no file", {}});
      continue;
    }
    const std::string content = lmp.texts->start(path, 4);
    if (!content.starts_with("#!") && !content.starts_with("\x7f"
                                                           "ELF")) {
      faults.push_back({{path.string(), 1, 1}, "the interpreter is missing", "begin with '#!/bin/sh'"});
    }
    found.push_back(path);
  }
  return found;
}

void check_script_names(const std::vector<fs::path>& scripts, std::vector<Fault>& faults) {
  static const std::regex pattern("[0-9][0-9]-[A-Za-z0-9][A-Za-z0-9._+-]*");
  for (const fs::path& script : scripts) {
    if (std::regex_match(script.filename().string(), pattern)) continue;
    faults.push_back({{script.string(), 0, 0},
                      "a script's name tells its place: two digits, '-', a name",
                      fmt::format("for example '50-{}'", script.filename().string())});
  }
}

/// Names a file that stands in the tree's top but means nothing, so that a slip ("file/") is seen.
void check_top(const Lmp& lmp, std::vector<Fault>& faults) {
  static const std::vector<std::string> known = {"lmp.conf", "files",   "scripts",       "debconf",
                                                 "agents",   "modules", "relations.json"};
  for (const auto& [path, kind] : FolderEntries().in(lmp.tree)) {
    const std::string name = path.filename().string();
    if (name.starts_with(".") || name.starts_with("README") || name == "LICENSE") continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    faults.push_back({{path.string(), 0, 0},
                      fmt::format("'{}' is no part of an LMP", name),
                      base::did_you_mean(name, known)});
  }
}

Lmp read(const fs::path& tree, std::vector<Fault>& faults) {
  Lmp lmp;
  lmp.tree = tree;
  const std::size_t before = faults.size();
  lmp.state = tree_state(tree, faults);
  if (faults.size() > before) return lmp;
  config::Text text = config::read_text(tree / "lmp.conf", config::Includes::refused);
  faults.insert(faults.end(), text.faults.begin(), text.faults.end());
  config::check_schema(text.blocks, config::manifest_types(), faults);
  read_manifest(text.blocks, lmp, faults);
  const std::set<std::string> used = read_tree(lmp, faults);
  check_question_uses(lmp, used, faults);
  apply_file_blocks(text.blocks, lmp, faults);
  check_architecture(lmp, faults);
  return lmp;
}

/// "./mpi/" as "mpi": names in messages and records are the same however the folder was named.
fs::path plain(const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  return normal.has_filename() || !normal.has_relative_path() ? normal : normal.parent_path();
}

bool has_manifest(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "lmp.conf", ignored);
}

void search(const fs::path& folder, std::vector<fs::path>& trees) {
  if (has_manifest(folder)) {
    trees.push_back(plain(folder));
    return;
  }
  for (const auto& [path, kind] : FolderEntries().in(folder)) {
    if (kind == FolderEntry::Kind::folder && !path.filename().string().starts_with(".")) {
      search(path, trees);
    }
  }
}

void check_names_differ(const std::vector<Lmp>& lmps, std::vector<Fault>& faults) {
  for (std::size_t i = 1; i < lmps.size(); ++i) {
    if (lmps[i].name.empty() || lmps[i].name != lmps[i - 1].name) continue;
    faults.push_back({lmps[i].position,
                      fmt::format("LMP '{}' is also in {}", lmps[i].name, lmps[i - 1].tree.string()),
                      {}});
  }
}

std::vector<Lmp> read_all(const std::vector<fs::path>& trees, std::vector<Fault>& faults) {
  std::vector<Lmp> lmps(trees.size());
  std::vector<std::vector<Fault>> found(trees.size());
  in_parallel(trees.size(), [&](std::size_t number) { lmps[number] = read(trees[number], found[number]); });
  for (const std::vector<Fault>& of_one : found) faults.insert(faults.end(), of_one.begin(), of_one.end());
  std::stable_sort(lmps.begin(), lmps.end(), [](const Lmp& a, const Lmp& b) { return a.name < b.name; });
  check_names_differ(lmps, faults);
  return lmps;
}

}  // namespace

std::set<std::string> read_tree(Lmp& lmp, std::vector<Fault>& faults) {
  const FolderEntries folders(lmp.state);
  lmp.files = scan_files(lmp.tree / "files", folders, faults);
  lmp.scripts = programs(lmp, folders, "scripts", faults);
  lmp.agents = programs(lmp, folders, "agents", faults);
  lmp.modules = programs(lmp, folders, "modules", faults);
  check_script_names(lmp.scripts, faults);
  check_agents(lmp, faults);
  std::set<std::string> used = check_templates(lmp, faults);
  check_top(lmp, faults);
  return used;
}

Lmp read_lmp(const fs::path& tree, std::vector<Fault>& faults) {
  if (!has_manifest(tree)) {
    faults.push_back({{tree.string(), 0, 0}, "no LMP: it has no lmp.conf", "'lmp new NAME' makes one"});
    return {};
  }
  return read(plain(tree), faults);
}

std::vector<Lmp> find_lmps(const std::vector<fs::path>& folders, std::vector<Fault>& faults) {
  std::vector<fs::path> trees;
  for (const fs::path& folder : folders) {
    const std::size_t before = trees.size();
    std::error_code ignored;
    const bool is_folder = fs::is_directory(folder, ignored);
    if (is_folder) search(folder, trees);
    if (!is_folder) {
      faults.push_back({{folder.string(), 0, 0}, "there is no such folder", {}});
    } else if (trees.size() == before) {
      faults.push_back(
          {{folder.string(), 0, 0}, "no LMP in or below it", "an LMP is a folder with lmp.conf"});
    }
  }
  std::sort(trees.begin(), trees.end());
  std::set<fs::path> seen;  // the same folder by two ways is one LMP
  std::erase_if(trees, [&](const fs::path& tree) {
    std::error_code ignored;
    return !seen.insert(fs::canonical(tree, ignored)).second;
  });
  return read_all(trees, faults);
}

std::vector<Lmp> installed_lmps(const fs::path& folder, std::vector<Fault>& faults) {
  std::vector<fs::path> trees;
  for (const auto& [path, kind] : FolderEntries().in(folder)) {
    if (has_manifest(path)) trees.push_back(path);
  }
  return read_all(trees, faults);
}

}  // namespace lucie::metapackage
