#include <ctime>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/repository_format.hpp"
#include "metapackage/signing.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The indices' folder of one generation holds all that readers look at; `lucie` points at one.
constexpr const char* suite = "lucie";

std::string pool_name(const Stanza& control) {
  std::string version = field(control, "Version");
  version.erase(0, version.find(':') == std::string::npos ? 0 : version.find(':') + 1);
  return fmt::format("{}_{}_{}.deb", field(control, "Package"), version, field(control, "Architecture"));
}

/// Throws unless the fields that become names of files can be such.
void check_fields(const Stanza& control) {
  for (const char* needed : {"Package", "Version", "Architecture"}) {
    const std::string value = field(control, needed);
    if (value.empty() || value.find('/') != std::string::npos || value.starts_with(".")) {
      throw Error(fmt::format("its control file has no usable '{}'", needed));
    }
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

std::string release_date(base::SystemTime time) {
  const std::time_t seconds = base::SystemTime::clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S UTC", &parts)};
}

/// The indices of one generation, made in a folder that no reader knows yet.
class IndexFiles {
 public:
  IndexFiles(const fs::path& folder, const fs::path& previous) : folder_(folder), previous_(previous) {}

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

class AptFormat : public RepositoryFormat {
 public:
  explicit AptFormat(const fs::path& repository)
      : repository_(repository),
        link_(repository / "dists" / suite),
        generations_(repository / "dists", suite, link_) {}

  bool takes(std::string_view bytes) const override { return bytes.starts_with("!<arch>\n"); }
  Addition read(const fs::path& file, std::string_view bytes) const override {
    const DebContent content = read_deb(bytes, true);
    check_fields(content.control);
    const std::string name = field(content.control, "Package");
    std::vector<std::string> paths;
    for (const ArchiveEntry& entry : content.files) paths.push_back(entry.path);
    check_is_lmp(name, paths);
    return {.source = file,
            .name = name,
            .version = field(content.control, "Version"),
            .file = pool_place(name, pool_name(content.control)),
            .identity = base::sha256_hex(bytes)};
  }

  bool present() const override { return there("Release"); }
  bool is_signed() const override { return there("InRelease"); }
  void open() override { entries_ = known_entries(repository_); }
  std::string identity_at(const std::string& file) const override {
    const auto found = entries_.find(file);
    return found == entries_.end() ? std::string() : field(found->second, "SHA256");
  }

  std::string pool_bytes(std::string bytes, const Publication&) const override { return bytes; }
  void add(const Addition& addition) override {
    const std::string bytes = base::read_file(repository_ / addition.file);
    Stanza entry = read_deb(bytes, false).control;
    entry.emplace_back("Filename", addition.file);
    entry.emplace_back("Size", std::to_string(bytes.size()));
    entry.emplace_back("SHA256", base::sha256_hex(bytes));
    entries_.insert_or_assign(addition.file, std::move(entry));
  }

  void write(const Publication& publication) override {
    const fs::path folder = generations_.next();
    IndexFiles files(folder, link_);
    const std::set<std::string> architectures = architectures_of(entries_);
    for (const std::string& architecture : architectures) {
      files.write_index(architecture, index_text(entries_, architecture));
    }
    const fs::path release = folder / "Release";
    base::write_file(release, files.release(architectures, publication.time));
    if (!publication.key.empty()) {
      sign_clear(release, folder / "InRelease", publication.key);
      sign_beside(release, folder / "Release.gpg", publication.key);
    }
    base::sync_directory(folder);
  }
  void switch_over() override { generations_.switch_over(); }
  void give_up() override { generations_.give_up(); }

 private:
  bool there(const char* file) const {
    std::error_code ignored;
    return fs::exists(link_ / file, ignored);
  }

  fs::path repository_, link_;
  Generations generations_;
  std::map<std::string, Stanza> entries_;  ///< by the package's place
};

}  // namespace

std::unique_ptr<RepositoryFormat> apt_format(const fs::path& repository) {
  return std::make_unique<AptFormat>(repository);
}

}  // namespace lucie::metapackage
