#pragma once

#include <map>
#include <string>
#include <vector>

#include "metapackage/relations.hpp"
#include "setup/inputs.hpp"

/// Hosts that ask for the same services may answer the questions of their LMPs differently, and then need
/// other packages or LMPs.
namespace lucie::setup {

/// The conditions that a proof stands on, each with whether it held: "mpi/flavour = openmpi".
using Conditions = std::map<std::string, bool>;

/// Hosts of one service set for which the same conditions hold.
struct AnswerCase {
  metapackage::AnswersByLmp answers;  ///< of its first host
  std::vector<std::string> hosts;     ///< never empty
};

/// Cuts a service set's hosts by what the conditions of lists and relations say for their answers; in the
/// order of their first hosts.
std::vector<AnswerCase> answer_cases(const Inputs& inputs, const config::Cluster::ServiceSet& set,
                                     const std::vector<metapackage::Relation>& relations);

/// The conditions in the lists and relations of the named LMPs for a target.
Conditions conditions_of(const std::vector<metapackage::Lmp>& lmps, const std::vector<std::string>& names,
                         const std::string& target, const std::vector<metapackage::Relation>& relations,
                         const metapackage::AnswersByLmp& answers);

/// True when each of the conditions is for these answers what it was.
bool still_hold(const Conditions& conditions, const metapackage::AnswersByLmp& answers);

/// "mpi/flavour = openmpi" for those that hold, "not …" for the others, with ", " between.
std::string in_words(const Conditions& conditions);

/// Appends a fault for each choice of the named LMPs that has neither answer nor default.
void check_answered(const std::vector<metapackage::Lmp>& lmps, const std::vector<std::string>& names,
                    const AnswerCase& answer_case, const config::Cluster& cluster,
                    std::vector<Fault>& faults);

}  // namespace lucie::setup
