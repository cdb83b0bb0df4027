#include "lmp/configure.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "config/block.hpp"
#include "config/cluster.hpp"
#include "metapackage/answers.hpp"
#include "metapackage/conditions.hpp"
#include "metapackage/records.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

using metapackage::Answers;
using metapackage::AnswersFor;
using metapackage::Lmp;
using metapackage::Relation;

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
  faults.insert(faults.end(), text.faults.begin(), text.faults.end());
  config::check_schema(text.blocks, {"answers"}, faults);
  return std::move(text.blocks);
}

/// Compares the members of an answers file with the definitions, where there are some without a fault.
void check_all_members(const fs::path& answers, const fs::path& definitions, std::vector<Fault>& faults) {
  std::error_code ignored;
  if (!fs::exists(definitions, ignored)) return;
  const auto read = config::read_cluster(definitions);
  if (read.faults.empty()) config::read_answers(answers, read.cluster, faults);
}

/// The block as the cluster's reader would have it, but its members as they are written.
config::Answers answers_of(const config::Block& block, const Lmp& lmp) {
  config::Answers answers{.lmp = lmp.name, .position = block.position};
  for (const config::Attribute& attribute : block.attributes) {
    if (attribute.key == "lmp_name") continue;
    if (attribute.key == "members") {
      for (const config::Item& item : attribute.items()) answers.members.push_back(item.text);
      continue;
    }
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
  said_ = metapackage::answers_by_members(lmp_, text_, file_.string());
}

Answers Configuration::current(const std::string& members) const {
  Answers current;
  for (const auto& question : lmp_.questions) {
    if (!question.has_answer()) continue;
    current[question.name] = question.standard;
    for (const AnswersFor& said : said_) {  // those for all hosts come first
      if (!said.members.empty() && said.members != members) continue;
      const auto known = said.answers.find(question.name);
      if (known == said.answers.end()) continue;
      if (metapackage::wrong_answer(question, known->second).message.empty()) {
        current[question.name] = known->second;
      }
    }
  }
  return current;
}

std::vector<AnswersFor> Configuration::from_file(const fs::path& answers, const fs::path& definitions) const {
  std::vector<Fault> faults;
  check_all_members(answers, definitions, faults);
  std::vector<AnswersFor> all(1);
  bool found = false;
  for (const config::Block& block : read_blocks(answers, faults)) {
    const config::Attribute* owner = block.find("lmp_name");
    if (owner == nullptr || owner->value != lmp_.name) continue;
    found = true;
    const config::Answers given = answers_of(block, lmp_);
    metapackage::check_answers({given}, {lmp_}, "/", faults);
    const std::string members = metapackage::sorted_members(given.members);
    if (!members.empty()) {
      all.push_back({members, given.values});
    } else {
      for (const auto& [question, answer] : given.values) all.front().answers[question] = answer;
    }
  }
  if (!faults.empty()) throw FaultsError(std::move(faults));
  if (!found) {
    throw Error(fmt::format("{} has no answers for LMP '{}'", answers.string(), lmp_.name))
        .hint(fmt::format("a block 'define answers{{' with 'lmp_name {}'", lmp_.name));
  }
  const Answers known = current();
  all.front().answers.insert(known.begin(), known.end());
  return all;
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

void Configuration::check(const Answers& answers) const {
  for (const auto& question : lmp_.questions) {
    const auto answer = answers.find(question.name);
    if (answer == answers.end()) continue;
    const Fault wrong = metapackage::wrong_answer(question, answer->second);
    const bool missing = question.type == "select" && answer->second.empty();
    if (!wrong.message.empty() && !missing) throw Error(wrong.message).hint(wrong.hint);
  }
}

bool Configuration::write(const std::vector<AnswersFor>& answers, const fs::path& templates) const {
  std::string changed = text_;
  for (const AnswersFor& each : answers) {
    check(each.answers);
    changed = metapackage::changed_answers(lmp_, changed, each, templates);
  }
  if (changed == text_) return false;
  std::error_code failure;
  fs::create_directories(file_.parent_path(), failure);
  if (failure) {
    throw EnvironmentError(fmt::format("make {}: {}", file_.parent_path().string(), failure.message()));
  }
  base::write_file(file_, changed);
  return true;
}

std::vector<Relation> Configuration::relations_for(const std::vector<AnswersFor>& answers) const {
  const auto holds = [&](const Relation& relation, const Answers& given) {
    bool ours = false;
    for (const auto& condition : metapackage::conditions_of(relation)) {
      if (condition.lmp != lmp_.name) continue;
      ours = true;
      if (!metapackage::condition_holds(condition.when, given)) return false;
    }
    return ours;
  };
  std::vector<Relation> held;
  for (const Relation& relation : metapackage::recorded_relations(lmp_)) {
    for (const AnswersFor& each : answers) {
      Answers given = each.answers;
      given.merge(Answers(answers.front().answers));
      if (!holds(relation, given)) continue;
      held.push_back(relation);
      break;
    }
  }
  return held;
}

std::string checked_members(const std::string& members, const fs::path& definitions) {
  if (members.find_first_of("{}#;\"\\\n") != std::string::npos || base::split_list(members).empty()) {
    throw UsageError(fmt::format("--members '{}': that is no list of hosts and groups", members));
  }
  const base::TemporaryDirectory work("lucie-members");
  const fs::path file = work.path() / "members";
  base::write_file(file, fmt::format("define answers{{\n lmp_name xx\n members {}\n}}\n", members));
  std::vector<Fault> faults;
  check_all_members(file, definitions, faults);
  if (!faults.empty()) throw Error(faults.front().message).hint(faults.front().hint);
  std::vector<std::string> names;
  for (const config::Block& block : config::read_text(file).blocks) {
    for (const config::Item& item : block.find("members")->items()) names.push_back(item.text);
  }
  return metapackage::sorted_members(names);
}

}  // namespace lucie::lmp
