#include <cctype>
#include <ctime>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/deb.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_format.hpp"
#include "metapackage/signing.hpp"
#include "universe/control_text.hpp"
#include "universe/deb_version.hpp"
#include "universe/release.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

constexpr const char* suite = "lucie";

std::string file_name(const Listed& package) {
  const auto colon = package.version.find(':');
  const std::string version =
      colon == std::string::npos ? package.version : package.version.substr(colon + 1);
  return fmt::format("{}_{}_{}.deb", package.name, version, package.architecture);
}

/// Throws for fields that stand there twice or that indices add: readers could take one or the other.
void check_fields(const Stanza& control) {
  std::set<std::string> seen = {"filename", "size", "md5sum", "sha1", "sha256", "sha512"};
  for (const auto& [name, value] : control) {
    std::string lower;
    for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (seen.insert(lower).second) continue;
    throw Error(
        fmt::format("its control file has the field '{}' twice, or where only indices have it", name));
  }
}

Listed listed(std::string_view entry) {
  const auto value = [&](const char* name) { return std::string(universe::field(entry, name)); };
  return {.name = value("Package"),
          .version = value("Version"),
          .architecture = value("Architecture"),
          .file = value("Filename"),
          .sha256 = value("SHA256")};
}

std::string release_date(base::SystemTime time) {
  const std::time_t seconds = base::SystemTime::clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S UTC", &parts)};
}

/// What LMPs are installed on usually; a package for another architecture adds its own.
std::set<std::string> architectures_of(const std::vector<const Listed*>& packages) {
  std::set<std::string> architectures = {"all", "amd64", "arm64"};
  for (const Listed* package : packages) architectures.insert(package->architecture);
  return architectures;
}

std::string index_text(const std::vector<const Listed*>& packages, const std::string& architecture) {
  constexpr std::string_view end = "\n\n";
  std::vector<std::string_view> entries;
  std::size_t size = 0;
  for (const Listed* package : packages) {
    const std::string& its = package->architecture;
    if (its != architecture && its != "all") continue;
    entries.push_back(package->texts.front().view());
    size += entries.back().size() + end.size();
  }
  std::string text;
  text.reserve(size);
  for (const std::string_view entry : entries) (text += entry) += end;
  return text;
}

/// An index in the forms in which readers may ask for it.
struct Index {
  std::string text, compressed, text_hash, compressed_hash;
};

/// The indices by architecture. Those for which there are no packages of their own have the same content,
/// which is made once.
class Indices {
 public:
  Indices(const std::vector<const Listed*>& packages, const std::set<std::string>& architectures) {
    std::set<std::string> with_own = {"all"};
    for (const Listed* package : packages) with_own.insert(package->architecture);
    std::map<std::string, std::size_t> numbers;
    for (const std::string& architecture : with_own) numbers.emplace(architecture, numbers.size());
    for (const std::string& architecture : architectures) {
      const auto own = numbers.find(architecture);
      by_architecture_[architecture] = own != numbers.end() ? own->second : numbers.at("all");
    }
    indices_.resize(numbers.size());
    const std::vector<std::string> each(with_own.begin(), with_own.end());
    in_parallel(each.size(), [&](std::size_t number) {
      Index& index = indices_[number];
      index.text = index_text(packages, each[number]);
      index.text_hash = base::sha256_hex(index.text);
      index.compressed = compress(index.text, {Compression::gz, index_effort});
      index.compressed_hash = base::sha256_hex(index.compressed);
    });
  }

  /// Writes them and gives the lines of Release that name them.
  std::string write(Generation& generation) const {
    std::string lines;
    for (const auto& [architecture, number] : by_architecture_) {
      const Index& index = indices_[number];
      const std::string below = "main/binary-" + architecture;
      generation.link("dists/" + below + "/by-hash", "by-hash");
      lines += write(below + "/Packages", index.text, index.text_hash, generation);
      lines += write(below + "/Packages.gz", index.compressed, index.compressed_hash, generation);
    }
    return lines;
  }

 private:
  static std::string write(const std::string& below, const std::string& content, const std::string& hash,
                           Generation& generation) {
    generation.write_by_digest("dists/" + below, "by-hash/SHA256/" + hash, content);
    return fmt::format(" {} {} {}\n", hash, content.size(), below);
  }

  std::vector<Index> indices_;
  std::map<std::string, std::size_t> by_architecture_;
};

class AptFormat : public RepositoryFormat {
 public:
  std::string name() const override { return "deb"; }
  Layout layout() const override { return {"dists/lucie", "dists", "Release", "Release.gpg"}; }
  bool takes(std::string_view bytes) const override { return bytes.starts_with("!<arch>\n"); }
  std::string identity(std::string_view bytes) const override { return base::sha256_hex(bytes); }
  std::string pool_bytes(std::string bytes, const std::string&) const override { return bytes; }
  bool signs_packages() const override { return false; }

  Listed list(const fs::path&, std::string_view bytes, const std::string& place) const override {
    const DebContent content = read_deb(bytes, false);
    std::string text = to_text(content.control);
    check_fields(content.control);
    Listed package = listed(text);
    check_is_lmp(package, content.paths);
    package.file = place.empty() ? pool_place(package.name, file_name(package)) : place;
    package.sha256 = base::sha256_hex(bytes);
    package.texts.emplace_back(
        text + fmt::format("Filename: {}\nSize: {}\nSHA256: {}", package.file, bytes.size(), package.sha256));
    return package;
  }

  int compare(const std::string& left, const std::string& right) const override {
    return universe::compare_deb_versions(left, right);
  }
  std::string lmp_version(const std::string& version) const override { return version; }

  std::vector<Listed> open(const fs::path& repository) const override {
    const fs::path folder = repository / layout().link;
    const universe::Release release = universe::parse_release(base::read_file(folder / "Release"));
    std::set<std::string> seen, files;
    std::vector<Listed> packages;
    for (const auto& [name, facts] : release.files) {
      if (!name.ends_with("/Packages") || !seen.insert(facts.sha256).second) continue;
      const auto text = std::make_shared<const std::string>(base::read_file(folder / name));
      if (base::sha256_hex(*text) != facts.sha256) throw damaged_index(folder / name);
      universe::for_each_stanza(*text, [&](std::string_view entry) {
        Listed package = listed(entry);
        package.texts.emplace_back(text, entry.substr(0, entry.find_last_not_of('\n') + 1));
        if (files.insert(package.file).second) packages.push_back(std::move(package));
      });
    }
    return packages;
  }

  std::function<void(Generation&)> make_indices(const std::vector<const Listed*>& packages,
                                                base::SystemTime time) const override {
    const std::set<std::string> architectures = architectures_of(packages);
    return [time, architectures, indices = Indices(packages, architectures)](Generation& generation) {
      const std::string lines = indices.write(generation);
      generation.write("dists/Release",
                       fmt::format("Origin: Lucie\nLabel: Lucie\nSuite: {0}\nCodename: {0}\nDate: {1}\n"
                                   "Architectures: {2}\nComponents: main\nDescription: Lucie Meta Packages\n"
                                   "Acquire-By-Hash: yes\nNo-Support-for-Architecture-all: Packages\n"
                                   "SHA256:\n{3}",
                                   suite, release_date(time), fmt::join(architectures, " "), lines));
    };
  }
  void sign(const fs::path& folder, const std::string& key) const override {
    const fs::path release = folder / "Release";
    sign_clear(release, folder / "InRelease", key);
    sign_beside(release, folder / "Release.gpg", key);
  }
};

}  // namespace

std::unique_ptr<RepositoryFormat> apt_format() {
  return std::make_unique<AptFormat>();
}

}  // namespace lucie::metapackage
