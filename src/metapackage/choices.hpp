#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "metapackage/lmp.hpp"

/// Which answers matter for the package lists of an LMP, and how what holds for some of them is written.
namespace lucie::metapackage {

/// Some answers of LMPs, by "LMP/question". What holds for them holds whatever the others are.
using Choices = std::map<std::string, std::string>;

/// What an LMP asks for with an answer to one question, or always.
struct ListCase {
  std::string question;               ///< "LMP/question", or empty: always
  std::vector<std::string> answers;   ///< that ask for this
  std::vector<std::string> packages;  ///< sorted; with those asked for always
  std::string when;                   ///< of the first list that holds for these answers only
  bool installable = false;

  /// Each of its answers, or the one empty choice.
  std::vector<Choices> choices() const;
};

/// The cases of an LMP's lists for a target: first what they ask for always, then for each question what
/// other answers add. Answers that add the same are one case, and what adds nothing is none. Questions are
/// not combined: lists of two that fit together are no case of their own.
std::vector<ListCase> list_cases(const Lmp& lmp, const std::string& target);

/// Words for sets of choices: as few conditions as possible, written as the manifests have them.
class ChoiceWords {
 public:
  /// Learns the questions and conditions of an LMP.
  void add(const Lmp& lmp);
  /// The texts for `Relation::when` that say together when one of `holding` does, each with choices that it
  /// holds for; one empty text when they are all the ways to answer.
  std::vector<std::pair<std::string, Choices>> words(std::set<Choices> holding) const;

 private:
  struct Written {
    std::string text;               ///< "LMP/flavour != lam"
    std::set<std::string> answers;  ///< that it holds for
  };
  struct Question {
    std::set<std::string> answers;
    std::vector<Written> conditions;
  };

  void join_all_answers(std::set<Choices>& holding) const;
  std::string in_words(const std::string& question, const std::string& answer) const;

  std::map<std::string, Question> questions_;  ///< by "LMP/question"
};

}  // namespace lucie::metapackage
