#pragma once

#include <set>
#include <vector>

#include "config/block.hpp"
#include "metapackage/folder_entries.hpp"
#include "metapackage/lmp.hpp"

/// The parts of reading an LMP's tree; only metapackage's own files include this.
namespace lucie::metapackage {

/// Fills in what the manifest's blocks say. `file` blocks are left to `apply_file_blocks`.
void read_manifest(const std::vector<config::Block>& blocks, Lmp& lmp, std::vector<Fault>& faults);

/// All files and folders of what an LMP consists of, sorted by path. Links, devices, names that are no line
/// of text and what is too large for a package are faults, found before anything is read; then nothing is
/// given back.
std::vector<FileState> tree_state(const std::filesystem::path& tree, std::vector<Fault>& faults);

/// Whether its ELF programs are for the architecture that the manifest names.
void check_architecture(const Lmp& lmp, std::vector<Fault>& faults);

/// Finds files, scripts, agents and modules in the tree, whose state and questions are known. Returns the
/// answers that its templates use.
std::set<std::string> read_tree(Lmp& lmp, std::vector<Fault>& faults);

/// The files below `root`, which has the shape of an LMP's `files/`. Sorted by path.
std::vector<NodeFile> scan_files(const std::filesystem::path& root, const FolderEntries& folders,
                                 std::vector<Fault>& faults);

/// Whether each agent's recovery is there, and each recovery is an agent's.
void check_agents(const Lmp& lmp, std::vector<Fault>& faults);

/// Modes, owners and secrets from the manifest's `file` blocks onto the files that were found.
void apply_file_blocks(const std::vector<config::Block>& blocks, Lmp& lmp, std::vector<Fault>& faults);

/// The questions of debconf/templates (debconf-devel(7)); none when the file does not exist.
std::vector<Question> read_questions(const std::filesystem::path& file, const std::string& lmp,
                                     std::vector<Fault>& faults);

/// Appends a fault for each answer that a script, module or agent uses and no question declares, and for each
/// question that nothing uses. `used_by_templates`: answers.
void check_question_uses(const Lmp& lmp, const std::set<std::string>& used_by_templates,
                         std::vector<Fault>& faults);

}  // namespace lucie::metapackage
