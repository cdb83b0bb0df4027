#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "metapackage/front_end.hpp"
#include "metapackage/lmp.hpp"
#include "metapackage/relations.hpp"

namespace lucie::lmp {

/// An installed LMP and its answers file.
class Configuration {
 public:
  /// `root`: where the LMP is installed; empty: this machine as Paths say. Throws lucie::Error with the
  /// nearest name when it is not installed there, FaultsError when its tree or its answers file is wrong. An
  /// answer that the questions no longer take is left out.
  Configuration(const std::string& name, const std::filesystem::path& root, const base::Paths& paths);

  const metapackage::Lmp& lmp() const { return lmp_; }
  const std::filesystem::path& file() const { return file_; }
  /// What the file says for all hosts, and for the other questions their defaults. With `members` (in the
  /// form of AnswersFor) what it says for these, and for the other questions what holds for all.
  metapackage::Answers current(const std::string& members = {}) const;

  /// What an answers file (of any LMPs) says of this one, for all hosts and for some; the answers for all
  /// hosts are complete, as `current` gives them. Throws FaultsError for answers that do not fit and, where
  /// there are definitions that can be read, for members that these do not know.
  std::vector<metapackage::AnswersFor> from_file(const std::filesystem::path& answers,
                                                 const std::filesystem::path& definitions) const;

  /// Throws EnvironmentError when the file could not be written, so that nobody answers in vain.
  void check_writable() const;

  /// Writes the answers into the file, which keeps all else; true when that changed it.
  bool write(const std::vector<metapackage::AnswersFor>& answers,
             const std::filesystem::path& templates) const;

  /// The relations that the package recorded for some answers only and that hold for one of these, as far as
  /// this LMP's own answers decide.
  std::vector<metapackage::Relation> relations_for(const std::vector<metapackage::AnswersFor>& answers) const;

 private:
  void check(const metapackage::Answers& answers) const;

  metapackage::Lmp lmp_;
  std::filesystem::path file_;
  std::string text_;  ///< of the file; empty when it does not exist
  std::vector<metapackage::AnswersFor> said_;
};

/// "b, a" as "a, b", the form of AnswersFor::members. Where there are definitions that can be read, throws
/// lucie::Error for a member that they do not know; throws UsageError for a list without members.
std::string checked_members(const std::string& members, const std::filesystem::path& definitions);

}  // namespace lucie::lmp
