#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metapackage/prover.hpp"
#include "metapackage/script_uses.hpp"

/// Rules 3 and 4: what scripts, agents and templates need; only prove_needs*.cpp and needs*.cpp include this.
namespace lucie::metapackage {

/// Answers to the questions that matter, by question.
using Answers = std::map<std::string, std::string>;

/// All ways to answer the questions that an LMP's lists and scripts look at; one empty one when there are
/// none.
std::vector<Answers> possible_answers(const Lmp& lmp, const std::vector<Use>& uses);

/// True when what is done under the conditions is done with these answers.
bool conditions_hold(const std::vector<AnswerCondition>& conditions, const Answers& answers);

/// For which answers something holds, written as in `Relation::when`: {""} for all, else one text for each
/// relation that must be made.
std::vector<std::string> cases_in_words(const std::string& lmp, const std::vector<Answers>& all,
                                        const std::vector<Answers>& holding);

/// One thing that an LMP needs and neither its own packages nor the base set have.
struct Need {
  Use use;
  std::string target;
  universe::Owners owners;
  std::vector<Answers> unmet;  ///< the answers that it is unmet for
};

/// How another LMP meets a need.
struct Provider {
  const Lmp* lmp;
  std::vector<std::string> when;  ///< as `cases_in_words`
};

/// The paths of a use: the file, or where the program may lie.
std::vector<std::string> paths_of(const Use& use);

/// Finds what an LMP needs, and who has it.
class NeedProver {
 public:
  NeedProver(const std::vector<Lmp>& collection, Prover& prover);

  /// `cache`: as in ProveOptions.
  void prove(const std::filesystem::path& cache);

 private:
  struct Found {  ///< relations by (to, when)
    std::vector<std::string> targets;
    std::vector<Evidence> evidence;
  };

  void prove_lmp(const Lmp& lmp);
  void prove_target(const Lmp& lmp, const std::string& target);
  void prove_use(const Lmp& lmp, const std::string& target, const Use& use);
  void prove_need(const Lmp& lmp, const Need& need);
  void add_relations(const Lmp& lmp);
  void add_recorded(const Lmp& lmp, const std::string& target);
  void add_fault(const Lmp& lmp, const Need& need);

  bool has_file(const Lmp& lmp, const Use& use) const;
  bool makes(const Use& use) const;
  bool has_package(const Lmp& lmp, const std::string& target, const Answers& answers,
                   const std::vector<std::string>& packages) const;
  bool asks_for(const Lmp& lmp, const Need& need) const;
  bool excludes(const Lmp& left, const Lmp& right) const;
  std::vector<Provider> providers_among(const std::vector<const Lmp*>& candidates, const Need& need) const;
  std::vector<Provider> providers(const Lmp& lmp, const Need& need) const;
  std::vector<Evidence> evidence(const Lmp& lmp, const Need& need,
                                 const std::vector<Provider>& providers) const;
  std::string path_in(const std::string& package, const Need& need) const;
  std::optional<Evidence> provided_by_package(const Lmp& lmp, const Need& need, const PackageList& list,
                                              const std::string& package, bool named) const;
  Evidence provided_by(const Lmp& lmp, const Need& need) const;

  const std::vector<Lmp>& collection_;
  Prover& prover_;
  std::vector<Use> uses_;  ///< of the LMP at hand
  std::vector<Answers> answers_;
  std::map<std::pair<std::string, std::string>, Found> found_;
  std::set<std::pair<std::string, std::string>> exclusive_;  ///< LMPs that exclude each other everywhere
  std::set<std::string> told_;                               ///< targets whose missing Contents was told
};

}  // namespace lucie::metapackage
