#include <algorithm>
#include <fmt/format.h>
#include <regex>
#include <sys/stat.h>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/manifest.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/template.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The entries of a folder, sorted by name; none when it does not exist. Throws when it cannot be
/// read, so that no package is made without what is in it.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) found.push_back(entry.path());
  if (failure == std::errc::not_a_directory) throw Error(fmt::format("{} is no folder", folder.string()));
  if (failure && failure != std::errc::no_such_file_or_directory) {
    throw EnvironmentError(fmt::format("read the folder {}: {}", folder.string(), failure.message()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// The name without ".in", and whether it had it.
std::pair<std::string, bool> without_in(const std::string& name) {
  if (name.size() > 3 && name.ends_with(".in")) return {name.substr(0, name.size() - 3), true};
  return {name, false};
}

class FileScanner {
 public:
  FileScanner(std::vector<NodeFile>& files, std::vector<Fault>& faults) : files_(files), faults_(faults) {}

  void scan(const fs::path& folder, const std::string& below) {
    for (const fs::path& path : entries(folder)) {
      const fs::file_status status = fs::symlink_status(path);
      const auto [name, expanded] = without_in(path.filename().string());
      if (!is_plain_text(name)) {
        fault(path, "a control character, or a byte that is not UTF-8, in the name", "rename it");
      } else if (fs::is_directory(status) && is_variants(path)) {
        variants(path, below + "/" + name, expanded);
      } else if (fs::is_directory(status)) {
        scan(path, below + "/" + path.filename().string());
      } else if (fs::is_regular_file(status)) {
        NodeFile file{.path = below + "/" + name};
        add_variant(file, "", path, expanded);
        add(std::move(file), path);
      } else {
        fault(path, "it is neither a file nor a folder", "make links and devices in a script");
      }
    }
  }

 private:
  void fault(const fs::path& path, std::string message, std::string hint = {}) {
    faults_.push_back({{path.string(), 0, 0}, std::move(message), std::move(hint)});
  }

  /// Packages and records hold the names as lines of text.
  static bool is_plain_text(const std::string& name) {
    return base::is_utf8(name) && base::escape_control(name) == name;
  }

  static bool is_variants(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "DEFAULT", ignored) ||
           fs::is_regular_file(folder / "DEFAULT.in", ignored);
  }

  void add_variant(NodeFile& file, const std::string& name, const fs::path& source, bool expanded) {
    if (!file.variants.emplace(name, source).second) {
      return fault(source, fmt::format("variant '{}' is there twice, with and without '.in'", name));
    }
    if (!expanded) return;
    file.expanded = true;
    file.templates.insert(name);
  }

  void variants(const fs::path& folder, const std::string& path, bool all_expanded) {
    NodeFile file{.path = path};
    for (const fs::path& source : entries(folder)) {
      if (!fs::is_regular_file(fs::symlink_status(source))) {
        fault(source, "it is no file, in a folder of variants");
        continue;
      }
      const auto [name, expanded] = without_in(source.filename().string());
      add_variant(file, name == "DEFAULT" ? "" : name, source, expanded || all_expanded);
    }
    add(std::move(file), folder);
  }

  void add(NodeFile file, const fs::path& source) {
    if (!paths_.insert(file.path).second)
      return fault(source, fmt::format("'{}' is there twice, with and without '.in'", file.path));
    files_.push_back(std::move(file));
  }

  std::vector<NodeFile>& files_;
  std::set<std::string> paths_;
  std::vector<Fault>& faults_;
};

void check_templates(const Lmp& lmp, std::vector<Fault>& faults) {
  std::vector<std::string> answers;
  for (const Question& question : lmp.questions) answers.push_back(question.name);
  for (const NodeFile& file : lmp.files) {
    for (const std::string& name : file.templates) {
      const fs::path& source = file.variants.at(name);
      Template(*lmp.texts->read(source), source.string(), faults).check(answers, faults);
    }
  }
}

/// The programs in a folder; each must say by what it is run.
std::vector<fs::path> programs(const Lmp& lmp, const char* folder, std::vector<Fault>& faults) {
  std::vector<fs::path> found;
  for (const fs::path& path : entries(lmp.tree / folder)) {
    if (!fs::is_regular_file(fs::symlink_status(path))) {
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
  for (const fs::path& path : entries(lmp.tree)) {
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
  read_tree(lmp, faults);
  check_question_uses(lmp, faults);
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
  for (const fs::path& path : entries(folder)) {
    if (fs::is_directory(fs::symlink_status(path)) && !path.filename().string().starts_with(".")) {
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

std::vector<NodeFile> scan_files(const fs::path& root, std::vector<Fault>& faults) {
  std::vector<NodeFile> files;
  FileScanner(files, faults).scan(root, "");
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

void read_tree(Lmp& lmp, std::vector<Fault>& faults) {
  lmp.files = scan_files(lmp.tree / "files", faults);
  lmp.scripts = programs(lmp, "scripts", faults);
  lmp.agents = programs(lmp, "agents", faults);
  lmp.modules = programs(lmp, "modules", faults);
  check_script_names(lmp.scripts, faults);
  check_agents(lmp, faults);
  check_templates(lmp, faults);
  check_top(lmp, faults);
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
  for (const fs::path& path : entries(folder)) {
    if (has_manifest(path)) trees.push_back(path);
  }
  return read_all(trees, faults);
}

}  // namespace lucie::metapackage
