#pragma once

#include <string>
#include <vector>

#include "metapackage/relations.hpp"
#include "metapackage/repository.hpp"

/// Relations as JSON: what `lmp check --json` prints and what a package keeps (lmp-relations(7)).
namespace lucie::metapackage {

/// The record of `lmp check --json` and `lmp explain --json`; it tells of sets when they were asked for.
std::string check_record(const std::vector<Lmp>& lmps, const Proof& proof, bool sets_asked = false);

/// The package's relations.json: the relations that name the LMP, with evidence and the universes'
/// identities. File names are written as LMP/PATH, so that the place of the sources leaves no trace.
std::string relations_record(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection);

/// The relations that name the LMP, with files written as LMP/PATH.
std::vector<Relation> relations_of(const Lmp& lmp, const Proof& proof, const std::vector<Lmp>& collection);

/// The relations that an installed LMP's relations.json keeps; none when it has no such file.
std::vector<Relation> recorded_relations(const Lmp& lmp);

/// The record of `lmp show --json`.
std::string lmp_record(const Lmp& lmp);
/// The record of `lmp list --json`.
std::string list_record(const std::vector<Lmp>& lmps);
/// The record of `lmp publish --json` and `lmp unpublish --json`.
std::string repository_record(const RepositoryChange& change, const std::string& repository);

}  // namespace lucie::metapackage
