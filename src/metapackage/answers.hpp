#pragma once

#include <string>
#include <vector>

#include "metapackage/lmp.hpp"

/// Answers compared with the questions of the LMPs that they are for.
namespace lucie::metapackage {

/// Why a text cannot be the answer to a question ("'mpih' is no choice of question 'flavour'", with a hint),
/// or an empty message.
Fault wrong_answer(const Question& question, const std::string& answer);

/// Appends a fault for each answer to a question that its LMP does not ask or that cannot be one. Blocks
/// about LMPs that are not in `lmps` are left alone. `root`: where the LMPs are installed
/// (config::Answers::root).
void check_answers(const std::vector<config::Answers>& blocks, const std::vector<Lmp>& lmps,
                   const std::string& root, std::vector<Fault>& faults);

}  // namespace lucie::metapackage
