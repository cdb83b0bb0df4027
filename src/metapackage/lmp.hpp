#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/compiled.hpp"
#include "metapackage/tree_texts.hpp"

/// A Lucie Meta Package as its source tree or its installed tree says.
namespace lucie::metapackage {

/// Answers of one LMP by question, and those of several by LMP.
using Answers = std::map<std::string, std::string>;
using AnswersByLmp = std::map<std::string, Answers>;

struct PackageList {
  std::string target;          ///< "debian-12" or "any"
  std::string when;            ///< condition as written, or empty
  std::string package_server;  ///< that the packages are taken from, or empty
  std::vector<std::string> packages, nfsroot_packages;
  Position position;                       ///< of the block
  Position server_position;                ///< of the package server's name
  std::map<std::string, Position> places;  ///< of each package name
};

/// A file that the LMP puts on nodes: one path with its variants.
struct NodeFile {
  std::string path;       ///< on the node, absolute: /etc/chrony/chrony.conf
  bool expanded = false;  ///< its source (or one of its variants) ends in .in
  unsigned mode = 0644;
  std::string owner = "root", group = "root";
  bool secret = false;
  /// By host, host group or installer name; "" is DEFAULT. Absolute paths of the sources.
  std::map<std::string, std::filesystem::path> variants;
  std::set<std::string> templates;  ///< the keys of `variants` whose content is a template
  Position position;                ///< of its `file` block, if it has one
};

/// A question of the front end, as debconf/templates declares it (debconf-devel(7)).
struct Question {
  std::string name;                  ///< without "lmp-NAME/"
  std::string type;                  ///< string, boolean, select, multiselect; or text, note, title, error
  std::string standard;              ///< its Default
  std::vector<std::string> choices;  ///< of a select or multiselect
  std::string summary, description;  ///< its Description: the first line; paragraphs, lines joined
  Position position;                 ///< of its Template line
  /// All fields as debconf keeps them, translations among them: "choices-ja.utf-8", "extended_description".
  std::map<std::string, std::string> fields;

  /// False for what only tells something.
  bool has_answer() const;
  /// False when the front end fills in what can be chosen (`${…}`).
  bool fixed_choices() const;
};

struct Statement {  ///< an item of depends, conflicts, reads, edits, runs
  std::string name, because;
  Position position;
};

/// A file of a tree as the file system told of it.
struct FileState {
  std::filesystem::path path;
  bool folder = false;
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t changed = 0;  ///< ctime in nanoseconds since 1970

  auto operator<=>(const FileState&) const = default;
};

struct Lmp {
  std::string name, version, summary, description, maintainer, license;
  std::string architecture = "all";  ///< of its programs: "all", "amd64" or "arm64"
  std::int64_t date = 0;             ///< of its version, seconds since 1970; 0: not said
  std::vector<Statement> depends, conflicts, reads, edits, runs;
  std::vector<PackageList> lists;
  std::vector<config::PackageServer> servers;                   ///< that it brings
  std::vector<NodeFile> files;                                  ///< sorted by path
  std::vector<std::filesystem::path> scripts, agents, modules;  ///< sorted by name
  std::vector<Question> questions;
  std::filesystem::path tree;    ///< the folder with lmp.conf
  std::vector<FileState> state;  ///< of all its files and folders, before they were read; sorted by path
  /// What was read of them; copies of the LMP share it.
  std::shared_ptr<TreeTexts> texts = std::make_shared<TreeTexts>();
  Position position;

  /// The packages that it asks for in a target (lists for the target and for "any", whatever their `when`),
  /// sorted, each once.
  std::vector<std::string> packages(const std::string& target) const;
  std::vector<std::string> nfsroot_packages(const std::string& target) const;
  /// Only those of lists whose `when` holds for the answers.
  std::vector<std::string> packages(const std::string& target, const Answers& answers) const;
  std::vector<std::string> nfsroot_packages(const std::string& target, const Answers& answers) const;
  /// The targets its lists name, without "any"; empty: any target.
  std::vector<std::string> targets() const;
  /// True when it has programs or says what they use: what that needs is looked up in lists of files.
  bool uses_files() const;
};

/// Reads a source tree or an installed tree (they have the same shape). Faults are appended; the result may
/// be used when none was.
Lmp read_lmp(const std::filesystem::path& tree, std::vector<Fault>& faults);

/// Throws lucie::Error with the file's name when a file of the tree is not as it was when the LMP was read,
/// or came or went since.
void check_unchanged(const Lmp& lmp);

/// The LMPs found in or below the folders (a folder with lmp.conf is one and is not searched further), sorted
/// by name. A folder without any is a fault.
std::vector<Lmp> find_lmps(const std::vector<std::filesystem::path>& folders, std::vector<Fault>& faults);

/// The LMPs installed in `folder` (Paths::lmps); none when it does not exist.
std::vector<Lmp> installed_lmps(const std::filesystem::path& folder, std::vector<Fault>& faults);

/// A file of a node with its final content.
struct ExpandedFile {
  std::string path, content, owner, group;
  unsigned mode = 0644;
};

/// The LMP's files for one host: variants chosen, templates expanded (`@{host.name}` …). `own_files`: the
/// administrator's own templates (/etc/lucie/lmp/NAME/files), which win. Unknown names are appended as
/// faults. A secret whose content the administrator has not put into `own_files` is a fault.
std::vector<ExpandedFile> expand_files(const Lmp& lmp, const config::Compiled& compiled,
                                       const config::Host& host, const std::filesystem::path& own_files,
                                       std::vector<Fault>& faults);

/// True when `when` (`flavour = openmpi`, `flavour != openmpi`, `utc`; empty: always) holds for the answers.
bool condition_holds(const std::string& when, const Answers& answers);

/// What the `answers` blocks say of one LMP for a host: the blocks for all hosts, then those whose members
/// hold it; of either kind the later block wins. Blocks for another root than the host's are left out.
Answers answers_for(const std::string& lmp, const config::Compiled& compiled, const config::Host& host);

/// The answers that hold for a host: those of `answers_for`, else the questions' defaults; booleans as
/// debconf has them, "true" or "false".
Answers answers_in_force(const Lmp& lmp, const config::Compiled& compiled, const config::Host& host);
AnswersByLmp answers_in_force(const std::vector<Lmp>& lmps, const config::Compiled& compiled,
                              const config::Host& host);

}  // namespace lucie::metapackage
