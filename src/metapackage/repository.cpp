#include "metapackage/repository.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "metapackage/deb.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

using base::Command;

/// The indices' folder of one generation holds all that readers look at; `lucie` points at one.
constexpr const char* suite = "lucie";

/// A package to add, with its place in the pool and its entry for the indices.
struct Addition {
  fs::path source;
  std::string name, architecture, file;  ///< file: path below the repository
  Stanza entry;
};

/// "pool/main/l/lmp-base/lmp-base_0.1.0_all.deb", as Debian's archive orders them.
std::string pool_path(const Stanza& control) {
  const std::string name = field(control, "Package");
  std::string version = field(control, "Version");
  version.erase(0, version.find(':') == std::string::npos ? 0 : version.find(':') + 1);
  const std::string letter = name.starts_with("lib") ? name.substr(0, 4) : name.substr(0, 1);
  return fmt::format("pool/main/{}/{}/{}_{}_{}.deb", letter, name, name, version,
                     field(control, "Architecture"));
}

Addition read_addition(const fs::path& file) {
  try {
    const std::string bytes = base::read_file(file);
    Addition addition{.source = file, .entry = read_deb(bytes, false).control};
    addition.name = field(addition.entry, "Package");
    addition.architecture = field(addition.entry, "Architecture");
    for (const char* needed : {"Package", "Version", "Architecture"}) {
      const std::string value = field(addition.entry, needed);
      if (value.empty() || value.find('/') != std::string::npos || value.starts_with(".")) {
        throw Error(fmt::format("its control file has no usable '{}'", needed));
      }
    }
    addition.file = pool_path(addition.entry);
    addition.entry.emplace_back("Filename", addition.file);
    addition.entry.emplace_back("Size", std::to_string(bytes.size()));
    addition.entry.emplace_back("SHA256", base::sha256_hex(bytes));
    return addition;
  } catch (Error& error) {
    error.at({file.string(), 0, 0});
    throw;
  }
}

/// The entries of the indices in force, by file, that still have their file.
std::map<std::string, Stanza> known_entries(const fs::path& repository) {
  std::map<std::string, Stanza> entries;
  const fs::path main = repository / "dists" / suite / "main";
  std::error_code missing;
  for (const auto& folder : fs::directory_iterator(main, missing)) {
    const fs::path index = folder.path() / "Packages";
    if (!fs::exists(index, missing)) continue;
    for (Stanza& entry : parse_stanzas(base::read_file(index))) {
      const std::string file = field(entry, "Filename");
      if (fs::exists(repository / file, missing)) entries.emplace(file, std::move(entry));
    }
  }
  return entries;
}

void check_same(const Addition& addition, const std::map<std::string, Stanza>& known) {
  const auto found = known.find(addition.file);
  if (found == known.end() || field(found->second, "SHA256") == field(addition.entry, "SHA256")) return;
  throw Error(fmt::format("{} {} is published already with another content", addition.name,
                          field(addition.entry, "Version")))
      .at({addition.source.string(), 0, 0})
      .hint("give it a higher version: who has installed the old one would not see this one");
}

void check_signature(const Publication& publication) {
  std::error_code ignored;
  const bool is_signed = fs::exists(publication.repository / "dists" / suite / "InRelease", ignored);
  if (!is_signed || !publication.key.empty()) return;
  throw Error(
      fmt::format("{} is signed, and its readers expect a signature", publication.repository.string()))
      .hint("give the key with --sign KEY");
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw EnvironmentError(fmt::format("make {}: {}", folder.string(), failure.message()));
}

void copy_into_pool(const Addition& addition, const fs::path& repository) {
  const fs::path file = repository / addition.file;
  std::error_code ignored;
  if (fs::exists(file, ignored) && base::sha256_file_hex(file) == field(addition.entry, "SHA256")) return;
  make_folder(file.parent_path());
  base::write_file(file, base::read_file(addition.source), 0644);
}

std::string release_date(base::SystemTime time) {
  const std::time_t seconds = base::SystemTime::clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S UTC", &parts)};
}

/// The indices of one generation, made in a folder that no reader knows yet.
class Generation {
 public:
  Generation(const fs::path& folder, const fs::path& previous) : folder_(folder), previous_(previous) {}

  void write_index(const std::string& architecture, const std::string& text) {
    const std::string below = "main/binary-" + architecture;
    make_folder(folder_ / below / "by-hash/SHA256");
    add(below, "Packages", text);
    add(below, "Packages.gz", compress(text, Compression::gz));
    add(below, "Packages.xz", compress(text, Compression::xz));
    keep_previous(below);
  }

  std::string release(const std::set<std::string>& architectures, base::SystemTime time) const {
    std::string text = fmt::format(
        "Origin: Lucie\nLabel: Lucie\nSuite: {0}\nCodename: {0}\nDate: {1}\nArchitectures: {2}\n"
        "Components: main\nDescription: Lucie Meta Packages\nAcquire-By-Hash: yes\n"
        "No-Support-for-Architecture-all: Packages\nSHA256:\n",
        suite, release_date(time), fmt::join(architectures, " "));
    for (const auto& [name, facts] : files_) {
      text += fmt::format(" {} {} {}\n", facts.first, facts.second, name);
    }
    return text;
  }

 private:
  void add(const std::string& below, const std::string& name, const std::string& content) {
    const std::string hash = base::sha256_hex(content);
    base::write_file(folder_ / below / name, content);
    base::write_file(folder_ / below / "by-hash/SHA256" / hash, content);
    files_[below + "/" + name] = {hash, content.size()};
  }

  /// A reader that has the Release of before may still ask for the files that it names.
  void keep_previous(const std::string& below) {
    std::error_code missing;
    for (const char* name : {"Packages", "Packages.gz", "Packages.xz"}) {
      const fs::path file = previous_ / below / name;
      if (!fs::exists(file, missing)) continue;
      const fs::path kept = folder_ / below / "by-hash/SHA256" / base::sha256_file_hex(file);
      if (!fs::exists(kept, missing)) base::write_file(kept, base::read_file(file));
    }
  }

  fs::path folder_, previous_;
  std::map<std::string, std::pair<std::string, std::size_t>> files_;  ///< name: hash, size
};

void run_gpg(const std::vector<std::string>& arguments, const std::string& key) {
  Command command{.argv = {"gpg", "--batch", "--yes", "--quiet", "--local-user", key}};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  const base::Outcome outcome = base::run(command);
  if (outcome.success()) return;
  throw Error(
      fmt::format("gpg cannot sign with the key '{}': {}", key,
                  outcome.error.empty() ? outcome.describe() : std::string(base::trim(outcome.error))))
      .hint("'gpg --list-secret-keys' shows the keys; GNUPGHOME says where they are");
}

void sign(const fs::path& folder, const std::string& key) {
  const std::string release = (folder / "Release").string();
  run_gpg({"--clearsign", "--output", (folder / "InRelease").string(), release}, key);
  run_gpg({"--armor", "--detach-sign", "--output", (folder / "Release.gpg").string(), release}, key);
}

void write_public_key(const fs::path& repository, const std::string& key) {
  base::write_file(repository / "lucie.asc",
                   base::run_or_throw({.argv = {"gpg", "--batch", "--armor", "--export", key}}));
}

/// The number of a folder `lucie.N`, or nothing.
int generation_number(const fs::path& folder) {
  const std::string name = folder.filename().string();
  int number = 0;
  const std::string start = std::string(suite) + ".";
  if (!name.starts_with(start)) return 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + start.size(), end, number);
  return read.ec == std::errc() && read.ptr == end ? number : 0;
}

int next_number(const fs::path& dists) {
  int highest = 0;
  for (const auto& entry : fs::directory_iterator(dists)) {
    highest = std::max(highest, generation_number(entry.path()));
  }
  return highest + 1;
}

/// Removes the generations that no link names: the old one, and what a killed run left.
void remove_others(const fs::path& dists, const std::string& current) {
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(dists)) {
    if (generation_number(entry.path()) > 0 && entry.path().filename() != current)
      old.push_back(entry.path());
  }
  std::error_code ignored;
  for (const fs::path& folder : old) fs::remove_all(folder, ignored);
}

std::set<std::string> architectures_of(const std::map<std::string, Stanza>& entries) {
  std::set<std::string> architectures = {"all", "amd64"};
  for (const auto& [file, entry] : entries) architectures.insert(field(entry, "Architecture"));
  return architectures;
}

std::string index_text(const std::map<std::string, Stanza>& entries, const std::string& architecture) {
  std::string text;
  for (const auto& [file, entry] : entries) {
    const std::string its = field(entry, "Architecture");
    if (its == architecture || its == "all") text += to_text(entry) + "\n";
  }
  return text;
}

void write_generation(const fs::path& folder, const std::map<std::string, Stanza>& entries,
                      const Publication& publication) {
  Generation generation(folder, publication.repository / "dists" / suite);
  const std::set<std::string> architectures = architectures_of(entries);
  for (const std::string& architecture : architectures) {
    generation.write_index(architecture, index_text(entries, architecture));
  }
  base::write_file(folder / "Release", generation.release(architectures, publication.time));
  if (!publication.key.empty()) sign(folder, publication.key);
  base::sync_directory(folder);
}

}  // namespace

std::vector<std::string> publish(const std::vector<fs::path>& files, const Publication& publication,
                                 base::Reporter& reporter) {
  std::vector<Addition> additions;
  for (const fs::path& file : files) additions.push_back(read_addition(file));
  const fs::path& repository = publication.repository;
  const fs::path dists = repository / "dists";
  make_folder(dists);
  const base::FileLock lock(dists / ".lock", [&] { reporter.note("waiting for another 'lmp publish'"); });
  check_signature(publication);
  std::map<std::string, Stanza> entries = known_entries(repository);
  for (const Addition& addition : additions) check_same(addition, entries);

  const std::string name = fmt::format("{}.{}", suite, next_number(dists));
  std::vector<std::string> added;
  for (const Addition& addition : additions) {
    copy_into_pool(addition, repository);
    if (entries.insert_or_assign(addition.file, addition.entry).second) added.push_back(addition.name);
  }
  try {
    write_generation(dists / name, entries, publication);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(dists / name, ignored);
    throw;
  }
  if (!publication.key.empty()) write_public_key(repository, publication.key);
  base::replace_symlink(name, dists / suite);
  remove_others(dists, name);
  return added;
}

bool is_repository(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "dists" / suite / "Release", ignored);
}

}  // namespace lucie::metapackage
