#include "lmp/configure.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/names.hpp"
#include "config/block.hpp"
#include "metapackage/answers.hpp"
#include "metapackage/front_end.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Answers;
using metapackage::Lmp;

/// Reads the LMP alone: another one that is wrong must not keep this one from being configured.
Lmp installed(const std::string& given, const fs::path& folder) {
  const std::string name = given.starts_with("lmp-") && !fs::exists(folder / given) ? given.substr(4) : given;
  if (!base::is_name(name)) throw Error(fmt::format("'{}' is no name of an LMP", given));
  std::error_code ignored;
  if (!fs::exists(folder / name / "lmp.conf", ignored)) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      names.push_back(entry.path().filename());
    const std::string meant = base::did_you_mean(name, names);
    throw Error(fmt::format("LMP '{}' is not installed in {}", name, folder.string()))
        .hint(meant.empty() ? fmt::format("install the package 'lmp-{}'", name) : meant);
  }
  std::vector<Fault> faults;
  Lmp lmp = metapackage::read_lmp(folder / name, faults);
  if (!faults.empty()) throw FaultsError(std::move(faults));
  return lmp;
}

std::vector<config::Block> read_blocks(const fs::path& file, std::vector<Fault>& faults) {
  config::Text text = config::read_text(file);
  faults = std::move(text.faults);
  config::check_schema(text.blocks, {"answers"}, faults);
  return std::move(text.blocks);
}

/// The block as the cluster's reader would have it, without hosts.
config::Answers answers_of(const config::Block& block, const Lmp& lmp) {
  config::Answers answers{.lmp = lmp.name, .position = block.position};
  for (const config::Attribute& attribute : block.attributes) {
    if (attribute.key == "lmp_name") continue;
    answers.values[attribute.key] = attribute.value;
    answers.places[attribute.key] = attribute.value_position;
  }
  return answers;
}

}  // namespace

Configuration::Configuration(const std::string& name, const fs::path& root, const base::Paths& paths)
    : lmp_(installed(name, root.empty() ? paths.lmps : root / "usr/share/lucie/lmp")) {
  file_ = root.empty() ? paths.etc / "lmp" / lmp_.name / "answers.conf"
                       : root / fs::path(metapackage::answers_path(lmp_.name)).relative_path();
  std::error_code ignored;
  if (fs::exists(file_, ignored)) text_ = base::read_file(file_);
  Answers said = metapackage::answers_for_all(lmp_, text_, file_.string());
  for (const auto& question : lmp_.questions) {
    if (!question.has_answer()) continue;
    const auto known = said.find(question.name);
    const bool fits =
        known != said.end() && metapackage::wrong_answer(question, known->second).message.empty();
    current_[question.name] = fits ? known->second : question.standard;
  }
}

Answers Configuration::from_file(const fs::path& answers) const {
  std::vector<Fault> faults;
  Answers merged = current_;
  bool found = false;
  for (const config::Block& block : read_blocks(answers, faults)) {
    const config::Attribute* owner = block.find("lmp_name");
    if (owner == nullptr || owner->value != lmp_.name) continue;
    found = true;
    if (const config::Attribute* members = block.find("members")) {
      faults.push_back({members->key_position, "answers for some hosts only are not taken from here",
                        fmt::format("write this block into {}", file_.string())});
      continue;
    }
    const config::Answers given = answers_of(block, lmp_);
    metapackage::check_answers({given}, {lmp_}, "/", faults);
    for (const auto& [question, answer] : given.values) merged[question] = answer;
  }
  if (!faults.empty()) throw FaultsError(std::move(faults));
  if (!found) {
    throw Error(fmt::format("{} has no answers for LMP '{}'", answers.string(), lmp_.name))
        .hint(fmt::format("a block 'define answers{{' with 'lmp_name {}'", lmp_.name));
  }
  return merged;
}

void Configuration::check_writable() const {
  fs::path folder = file_.parent_path();
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  if (access(folder.c_str(), W_OK | X_OK) == 0) return;
  EnvironmentError error(fmt::format("cannot write {}: {}", file_.string(), std::strerror(errno)));
  error.hint("root may");
  throw error;
}

bool Configuration::write(const Answers& answers, const fs::path& templates) const {
  for (const auto& question : lmp_.questions) {
    const auto answer = answers.find(question.name);
    if (answer == answers.end()) continue;
    const Fault wrong = metapackage::wrong_answer(question, answer->second);
    const bool missing = question.type == "select" && answer->second.empty();
    if (!wrong.message.empty() && !missing) throw Error(wrong.message).hint(wrong.hint);
  }
  const std::string changed = metapackage::changed_answers(lmp_, text_, answers, templates);
  if (changed == text_) return false;
  std::error_code failure;
  fs::create_directories(file_.parent_path(), failure);
  if (failure) {
    throw EnvironmentError(fmt::format("make {}: {}", file_.parent_path().string(), failure.message()));
  }
  base::write_file(file_, changed);
  return true;
}

}  // namespace lucie::lmp
