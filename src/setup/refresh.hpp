#pragma once

#include <string>
#include <vector>

#include "base/paths.hpp"

namespace lucie::setup {

/// Compares the installed LMPs with those of the cluster in force, without network and universe; one line a
/// difference: "lmp ssh 1.0-1 is new". Also a line for each pair of LMPs that give a path different content
/// (rule 1 of the relations), which no server root may hold together.
std::vector<std::string> lmp_differences(const base::Paths& paths);

/// Writes the mark RUN/out-of-date with these lines; removes it when there are none.
void mark_out_of_date(const base::Paths& paths, const std::vector<std::string>& reasons);

/// The lines of the mark; none when there is no mark.
std::vector<std::string> out_of_date(const base::Paths& paths);

}  // namespace lucie::setup
