#pragma once

#include <map>
#include <string>
#include <vector>

#include "metapackage/relations.hpp"

/// What holds for some answers only: the `when` of package lists and of relations.
namespace lucie::metapackage {

/// `flavour = openmpi`, `flavour != openmpi` or `utc`.
struct Condition {
  std::string question;
  std::string comparison;  ///< "=", "==", "!=" or empty
  std::string value;
};

Condition parse_condition(const std::string& when);

/// True for yes, true and 1, as definitions and debconf write it.
bool is_true(const std::string& answer);
/// True for these and for no, false and 0.
bool is_boolean(const std::string& answer);

/// Appends what is wrong with a list's condition: a question that is not declared, or not a select or a
/// boolean, or a value that it never has.
void check_condition(const std::string& when, const Position& where, const std::vector<Question>& questions,
                     std::vector<Fault>& faults);

/// A condition together with the LMP whose question it asks: "mpi/flavour = openmpi".
struct LmpCondition {
  std::string lmp, when;
};

/// The parts of a relation's `when`, which all must hold: "mpi/flavour = openmpi and cron/utc".
std::vector<LmpCondition> conditions_of(const Relation& relation);

/// The relations that hold in a target for these answers, without `target` and `when`, which are settled.
std::vector<Relation> relations_that_hold(const std::vector<Relation>& relations, const std::string& target,
                                          const AnswersByLmp& answers);

}  // namespace lucie::metapackage
