#include "metapackage/manifest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <regex>

#include "base/clock.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "config/manifest_servers.hpp"
#include "metapackage/conditions.hpp"

namespace lucie::metapackage {
namespace {

using config::Attribute;
using config::Block;

class ManifestReader {
 public:
  ManifestReader(Lmp& lmp, std::vector<Fault>& faults) : lmp_(lmp), faults_(faults) {}

  void lmp_block(const Block& block) {
    lmp_.position = block.position;
    lmp_.name = value(block, "lmp_name");
    lmp_.version = value(block, "version");
    lmp_.summary = value(block, "summary");
    // Continued lines keep their indentation; a paragraph has single blanks.
    lmp_.description = base::join(base::split_words(value(block, "description")), " ");
    lmp_.maintainer = value(block, "maintainer");
    lmp_.license = value(block, "license");
    if (block.find("architecture") != nullptr) lmp_.architecture = value(block, "architecture");
    date(block);
    lmp_.depends = reasoned(block, "depends");
    lmp_.conflicts = reasoned(block, "conflicts");
    lmp_.reads = statements(block, "reads");
    lmp_.edits = statements(block, "edits");
    lmp_.runs = statements(block, "runs");
    check_words(block);
  }

  void package_list(const Block& block) {
    PackageList list;
    list.position = block.position;
    list.target = value(block, "target");
    list.when = value(block, "when");
    list.package_server = value(block, "package_server");
    if (const Attribute* server = block.find("package_server")) list.server_position = server->value_position;
    list.packages = packages(block, "packages", list);
    list.nfsroot_packages = packages(block, "nfsroot_packages", list);
    lmp_.lists.push_back(std::move(list));
  }

 private:
  void fault(const Position& where, std::string message, std::string hint = {}) {
    faults_.push_back({where, std::move(message), std::move(hint)});
  }

  static std::string value(const Block& block, const char* key) {
    const Attribute* attribute = block.find(key);
    return attribute != nullptr ? attribute->value : std::string();
  }

  void date(const Block& block) {
    const Attribute* attribute = block.find("date");
    if (attribute == nullptr) return;
    try {
      const auto day = base::parse_time(attribute->value + "T00:00:00Z").time_since_epoch();
      lmp_.date = std::chrono::duration_cast<std::chrono::seconds>(day).count();
    } catch (const Error&) {
      lmp_.date = 0;
    }
    // Debian takes files from before 1984 for a mistake; rpm's times end in 2106.
    if (attribute->value.size() == 10 && lmp_.date >= 441763200 && lmp_.date <= 4294967295) return;
    fault(attribute->value_position, fmt::format("'{}' is no day from 1984 to 2105", attribute->value),
          "written as 2026-11-23");
  }

  /// What the package needs beyond the schema.
  void check_words(const Block& block) {
    static const std::regex pattern(R"([^<>@,]+ <[^<>@ ]+@[^<>@ ]+>)");
    const Attribute* maintainer = block.find("maintainer");
    constexpr std::size_t longest = 200;  // std::regex recurses for each letter
    if (maintainer != nullptr && maintainer->value.size() > longest) {
      fault(maintainer->value_position, fmt::format("the maintainer is longer than {} bytes", longest),
            "written 'Name <mail@example.org>'");
    } else if (maintainer != nullptr && !std::regex_match(maintainer->value, pattern)) {
      fault(maintainer->value_position, fmt::format("'{}' is no maintainer", maintainer->value),
            "written 'Name <mail@example.org>'");
    }
    if (block.find("license") == nullptr) {
      fault(block.position, "'license' is missing in this lmp", "as SPDX names it: GPL-3.0-or-later, MIT, …");
    }
    if (lmp_.summary.size() > 80) {
      fault(block.find("summary")->value_position, "the summary is longer than 80 bytes",
            "one line for lists; the rest belongs into the description");
    }
  }

  /// Pieces between commas with their columns. On continued lines the column is that of the value.
  std::vector<Statement> pieces(const Attribute& attribute) {
    std::vector<Statement> found;
    std::size_t offset = 0;
    for (const std::string& piece : base::split(attribute.value, ',')) {
      const std::string word(base::trim(piece));
      Position where = attribute.value_position;
      const auto lead = piece.find_first_not_of(" \t");
      if (where.column > 0 && lead != std::string::npos && !attribute.quoted) {
        where.column += static_cast<int>(offset + lead);
      }
      if (!word.empty()) found.push_back({.name = word, .because = {}, .position = where});
      offset += piece.size() + 1;
    }
    return found;
  }

  std::vector<Statement> statements(const Block& block, const char* key) {
    const Attribute* attribute = block.find(key);
    if (attribute == nullptr) return {};
    std::vector<Statement> found = pieces(*attribute);
    for (Statement& statement : found) cut_reason(statement);
    return found;
  }

  static bool cut_reason(Statement& statement) {
    static const std::string word = " because ";
    const auto place = statement.name.find(word);
    if (place == std::string::npos) return false;
    statement.because = base::trim(statement.name.substr(place + word.size()));
    statement.name = base::trim(statement.name.substr(0, place));
    return true;
  }

  /// `NAME because REASON, NAME because REASON`; a piece without a "because" goes on with the reason before.
  std::vector<Statement> reasoned(const Block& block, const char* key) {
    const Attribute* attribute = block.find(key);
    std::vector<Statement> found;
    if (attribute == nullptr) return found;
    for (Statement& piece : pieces(*attribute)) {
      if (cut_reason(piece)) {
        check_names(piece);
        found.push_back(std::move(piece));
      } else if (!found.empty()) {
        found.back().because += ", " + piece.name;
      } else {
        fault(piece.position, fmt::format("'{}' has no reason", piece.name),
              fmt::format("write '{} {} because …': only what cannot be seen in the content stands here", key,
                          piece.name));
      }
    }
    return found;
  }

  void check_names(const Statement& statement) {
    for (const std::string& name : base::split(statement.name, '|')) {
      const std::string word(base::trim(name));
      if (base::is_name(word)) continue;
      fault(statement.position, fmt::format("'{}' is no name of an LMP", word));
    }
    if (statement.name == lmp_.name) fault(statement.position, "an LMP cannot name itself here");
  }

  std::vector<std::string> packages(const Block& block, const char* key, PackageList& list) {
    const Attribute* attribute = block.find(key);
    std::vector<std::string> names;
    if (attribute == nullptr) return names;
    for (const Statement& piece : pieces(*attribute)) {
      names.push_back(piece.name);
      list.places.emplace(piece.name, piece.position);
    }
    return names;
  }

  Lmp& lmp_;
  std::vector<Fault>& faults_;
};

/// Names of the lists for a target; with answers only those whose condition holds.
template <class Member>
std::vector<std::string> collected(const std::vector<PackageList>& lists, const std::string& target,
                                   const Answers* answers, Member member) {
  std::set<std::string> names;
  for (const PackageList& list : lists) {
    if (list.target != target && list.target != "any") continue;
    if (answers != nullptr && !condition_holds(list.when, *answers)) continue;
    names.insert((list.*member).begin(), (list.*member).end());
  }
  return {names.begin(), names.end()};
}

}  // namespace

void read_manifest(const std::vector<Block>& blocks, Lmp& lmp, std::vector<Fault>& faults) {
  ManifestReader reader(lmp, faults);
  int found = 0;
  for (const Block& block : blocks) {
    if (block.type == "lmp" && ++found == 1) reader.lmp_block(block);
    if (block.type == "lmp" && found > 1) {
      faults.push_back({block.position, "a second 'lmp' block", "a manifest is about one LMP"});
    }
    if (block.type == "package_list") reader.package_list(block);
  }
  const std::string manifest = (lmp.tree / "lmp.conf").string();
  if (found == 0) faults.push_back({{manifest, 0, 0}, "no 'lmp' block", "begin with 'define lmp{'"});
  lmp.servers = config::read_manifest_servers(blocks, faults);
  lmp.questions = read_questions(lmp.tree / "debconf/templates", lmp.name, faults);
  for (const Block& block : blocks) {
    const Attribute* when = block.type == "package_list" ? block.find("when") : nullptr;
    if (when == nullptr) continue;
    check_condition(when->value, when->value_position, lmp.questions, faults);
  }
}

std::vector<std::string> Lmp::packages(const std::string& target) const {
  return collected(lists, target, nullptr, &PackageList::packages);
}

std::vector<std::string> Lmp::packages(const std::string& target, const Answers& answers) const {
  return collected(lists, target, &answers, &PackageList::packages);
}

std::vector<std::string> Lmp::nfsroot_packages(const std::string& target) const {
  return collected(lists, target, nullptr, &PackageList::nfsroot_packages);
}

std::vector<std::string> Lmp::nfsroot_packages(const std::string& target, const Answers& answers) const {
  return collected(lists, target, &answers, &PackageList::nfsroot_packages);
}

std::vector<std::string> Lmp::targets() const {
  std::set<std::string> names;
  for (const PackageList& list : lists) {
    if (list.target != "any") names.insert(list.target);
  }
  return {names.begin(), names.end()};
}

bool Lmp::uses_files() const {
  return !(scripts.empty() && agents.empty() && modules.empty() && reads.empty() && edits.empty() &&
           runs.empty());
}

}  // namespace lucie::metapackage
