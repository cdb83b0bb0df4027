#pragma once

#include <string>

#include "cli/terminal.hpp"
#include "metapackage/repository.hpp"

namespace lucie::lmp {

/// Tells what a publication changed: as messages, or with --json as a record (lmp(1)).
void report(const metapackage::RepositoryChange& change, const std::string& repository,
            cli::Terminal& terminal);

}  // namespace lucie::lmp
