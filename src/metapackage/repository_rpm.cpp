#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_format.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_index.hpp"
#include "metapackage/rpm_metadata.hpp"
#include "metapackage/signing.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

class RpmFormat : public RepositoryFormat {
 public:
  std::string name() const override { return "rpm"; }
  Layout layout() const override { return {"repodata", "repodata", "repomd.xml", "repomd.xml.asc"}; }
  bool takes(std::string_view bytes) const override { return is_rpm(bytes); }
  std::string identity(std::string_view bytes) const override { return read_rpm(bytes, false).identity; }
  std::string pool_bytes(std::string bytes, const std::string& key) const override {
    if (key.empty()) return bytes;
    return signed_rpm(bytes, [&](std::string_view header) { return signature_of(header, key); });
  }
  bool signs_packages() const override { return true; }

  Listed list(const fs::path& file, std::string_view bytes, const std::string& place) const override {
    const RpmContent content = read_rpm(bytes, false);
    Listed package{.name = content.name,
                   .version = fmt::format("{}-{}", content.version, content.release),
                   .architecture = content.architecture};
    check_is_lmp(package, content.paths);
    const std::string name = fmt::format("{}-{}.{}.rpm", package.name, package.version, package.architecture);
    package.file = place.empty() ? pool_place(package.name, name) : place;
    RpmMetadata metadata = rpm_metadata(file, package.file);
    package.version = std::move(metadata.version);
    package.sha256 = std::move(metadata.sha256);
    for (std::string* text : {&metadata.primary, &metadata.filelists, &metadata.other})
      package.texts.emplace_back(std::move(*text));
    return package;
  }

  int compare(const std::string& left, const std::string& right) const override {
    return compare_rpm_versions(left, right);
  }
  /// An epoch of 0 and a release of 0 are what rpm wants where the LMP has none.
  std::string lmp_version(const std::string& version) const override {
    std::string text = version.starts_with("0:") ? version.substr(2) : version;
    if (text.ends_with("-0")) text.resize(text.size() - 2);
    return text;
  }

  std::vector<Listed> open(const fs::path& repository) const override {
    std::vector<Listed> packages;
    for (RpmEntry& entry : read_rpm_tables(repository / layout().link)) {
      packages.push_back({std::move(entry.name), std::move(entry.version), std::move(entry.architecture),
                          std::move(entry.place), std::move(entry.sha256), std::move(entry.texts)});
    }
    return packages;
  }

  std::function<void(Generation&)> make_indices(const std::vector<const Listed*>& packages,
                                                base::SystemTime time) const override {
    const std::int64_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    std::vector<RpmTable> tables(rpm_tables.size());
    in_parallel(tables.size(), [&](std::size_t number) {
      std::vector<std::string_view> entries;
      for (const Listed* package : packages) entries.push_back(package->texts[number].view());
      tables[number] = rpm_table(rpm_tables[number], entries, seconds);
    });
    return [seconds, tables = std::move(tables)](Generation& generation) {
      for (const RpmTable& table : tables) {
        generation.write_by_digest("repodata/" + table.file, "tables/" + table.file, table.compressed);
      }
      link_old_tables(tables, generation);
      generation.write("repodata/repomd.xml", repomd(tables, seconds));
    };
  }
  void sign(const fs::path& folder, const std::string& key) const override {
    sign_beside(folder / "repomd.xml", folder / "repomd.xml.asc", key);
  }

 private:
  /// A reader that has the repomd.xml of before may still ask for the tables that it names.
  static void link_old_tables(const std::vector<RpmTable>& tables, Generation& generation) {
    std::set<std::string> old = generation.stored("tables");
    for (const RpmTable& table : tables) old.erase(table.file);
    for (const std::string& name : old) generation.link("repodata/" + name, "tables/" + name);
  }
};

}  // namespace

std::unique_ptr<RepositoryFormat> rpm_format() {
  return std::make_unique<RpmFormat>();
}

}  // namespace lucie::metapackage
