#include <algorithm>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/names.hpp"
#include "metapackage/manifest.hpp"
#include "metapackage/template.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The variant for a host: its own, then its groups' in their order, then its installer's, then DEFAULT.
const std::string* choose_variant(const NodeFile& file, const config::Host& host) {
  std::vector<std::string> names = {host.name};
  names.insert(names.end(), host.groups.begin(), host.groups.end());
  names.push_back(host.installer);
  names.emplace_back();
  for (const std::string& name : names) {
    const auto found = file.variants.find(name);
    if (found != file.variants.end()) return &found->first;
  }
  return nullptr;
}

/// The administrator's own files with modes and owners of the LMP's files that they take the place of.
std::map<std::string, NodeFile> own_replacements(const Lmp& lmp, const fs::path& own_files,
                                                 std::vector<Fault>& faults) {
  std::map<std::string, NodeFile> own;
  std::vector<std::string> paths;
  for (const NodeFile& file : lmp.files) paths.push_back(file.path);
  for (NodeFile& file : scan_files(own_files, FolderEntries(), faults)) {
    if (std::find(paths.begin(), paths.end(), file.path) == paths.end()) {
      faults.push_back({{(own_files.string() + file.path), 0, 0},
                        fmt::format("LMP '{}' has no file {}", lmp.name, file.path),
                        base::did_you_mean(file.path, paths)});
      continue;
    }
    const std::string path = file.path;
    own.emplace(path, std::move(file));
  }
  return own;
}

std::string content_for(const NodeFile& file, const std::string& variant, const TemplateScope& scope,
                        const std::vector<std::string>& questions, std::vector<Fault>& faults) {
  const fs::path& source = file.variants.at(variant);
  const std::string text = base::read_file(source);
  if (!file.templates.contains(variant)) return text;
  std::vector<Fault> wrong;
  const Template parsed(text, source.string(), wrong);
  parsed.check(questions, wrong);
  std::string content = wrong.empty() ? parsed.expand(scope, wrong) : std::string();
  faults.insert(faults.end(), wrong.begin(), wrong.end());
  return content;
}

}  // namespace

std::vector<ExpandedFile> expand_files(const Lmp& lmp, const config::Compiled& compiled,
                                       const config::Host& host, const fs::path& own_files,
                                       std::vector<Fault>& faults) {
  const std::map<std::string, NodeFile> own = own_replacements(lmp, own_files, faults);
  const TemplateScope scope{compiled.cluster, host, answers_in_force(lmp, compiled, host)};
  std::vector<std::string> questions;
  for (const Question& question : lmp.questions) questions.push_back(question.name);
  std::vector<ExpandedFile> expanded;
  for (const NodeFile& file : lmp.files) {
    const auto replaced = own.find(file.path);
    const NodeFile& source = replaced == own.end() ? file : replaced->second;
    const std::string* variant = choose_variant(source, host);
    if (variant == nullptr) {
      faults.push_back({file.position,
                        fmt::format("the secret {} of LMP '{}' is not on this server", file.path, lmp.name),
                        fmt::format("put it at {}{}", own_files.string(), file.path)});
      continue;
    }
    expanded.push_back({.path = file.path,
                        .content = content_for(source, *variant, scope, questions, faults),
                        .owner = file.owner,
                        .group = file.group,
                        .mode = file.mode});
  }
  return expanded;
}

}  // namespace lucie::metapackage
