#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/repository_format.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_metadata.hpp"
#include "metapackage/signing.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The three files of rpm-md, in the order in which repomd.xml names them.
const std::vector<std::pair<std::string, std::string RpmMetadata::*>> tables = {
    {"primary", &RpmMetadata::primary},
    {"filelists", &RpmMetadata::filelists},
    {"other", &RpmMetadata::other}};

std::string table_text(const std::string& name, std::size_t packages, const std::string& content) {
  const std::string space = name == "primary" ? "common" : name;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<{0} xmlns=\"http://linux.duke.edu/metadata/{1}\"{2} packages=\"{3}\">\n{4}</{0}>\n",
      name == "primary" ? "metadata"
      : name == "other" ? "otherdata"
                        : name,
      space, name == "primary" ? " xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\"" : "", packages, content);
}

/// An entry of repomd.xml. The file's name holds its digest, so that no reader gets another one's content.
std::string record(const std::string& name, const std::string& text, const std::string& compressed,
                   std::int64_t time) {
  const std::string digest = base::sha256_hex(compressed);
  return fmt::format(
      "  <data type=\"{0}\">\n    <checksum type=\"sha256\">{1}</checksum>\n"
      "    <open-checksum type=\"sha256\">{2}</open-checksum>\n"
      "    <location href=\"repodata/{1}-{0}.xml.gz\"/>\n    <timestamp>{3}</timestamp>\n"
      "    <size>{4}</size>\n    <open-size>{5}</open-size>\n  </data>\n",
      name, digest, base::sha256_hex(text), time, compressed.size(), text.size());
}

class RpmFormat : public RepositoryFormat {
 public:
  explicit RpmFormat(const fs::path& repository)
      : repository_(repository),
        link_(repository / "repodata"),
        generations_(repository / "rpm-md", "repodata", link_) {}

  bool takes(std::string_view bytes) const override { return is_rpm(bytes); }
  Addition read(const fs::path& file, std::string_view bytes) const override {
    const RpmContent content = read_rpm(bytes, false);
    check_is_lmp(content.name, content.paths);
    const std::string name =
        fmt::format("{}-{}-{}.{}.rpm", content.name, content.version, content.release, content.architecture);
    if (name.find('/') != std::string::npos) throw Error(fmt::format("'{}' is no name of a package", name));
    return {.source = file,
            .name = content.name,
            .version = fmt::format("{}-{}", content.version, content.release),
            .file = pool_place(content.name, name),
            .identity = content.identity};
  }

  bool present() const override { return there("repomd.xml"); }
  bool is_signed() const override { return there("repomd.xml.asc"); }
  void open() override {
    if (!present()) return;
    std::error_code missing;
    for (auto& [file, metadata] : read_rpm_metadata(repository_)) {
      if (fs::exists(repository_ / file, missing)) entries_.emplace(file, std::move(metadata));
    }
  }
  std::string identity_at(const std::string& file) const override {
    if (!entries_.contains(file)) return {};
    return read_rpm(base::read_file(repository_ / file), false).identity;
  }

  std::string pool_bytes(std::string bytes, const Publication& publication) const override {
    if (publication.key.empty()) return bytes;
    return signed_rpm(bytes, [&](std::string_view header) { return signature_of(header, publication.key); });
  }
  void add(const Addition& addition) override {
    entries_.insert_or_assign(addition.file, rpm_metadata(repository_ / addition.file, addition.file));
  }

  void write(const Publication& publication) override {
    if (!publication.key.empty() && present() && !is_signed()) sign_pool(publication);
    const fs::path folder = generations_.next();
    keep_previous(folder);
    const std::string index = write_tables(folder, publication);
    base::write_file(folder / "repomd.xml", index);
    if (!publication.key.empty()) {
      sign_beside(folder / "repomd.xml", folder / "repomd.xml.asc", publication.key);
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

  /// What was published without a key gets its signature, for readers that now ask for one.
  void sign_pool(const Publication& publication) {
    for (auto& [file, metadata] : entries_) {
      const fs::path path = repository_ / file;
      std::string bytes = base::read_file(path);
      if (is_signed_rpm(bytes)) continue;
      base::write_file(path, pool_bytes(std::move(bytes), publication));
      metadata = rpm_metadata(path, file);
    }
  }

  std::string write_tables(const fs::path& folder, const Publication& publication) const {
    const std::int64_t time =
        std::chrono::duration_cast<std::chrono::seconds>(publication.time.time_since_epoch()).count();
    std::string records;
    for (const auto& [name, member] : tables) {
      std::string content;
      for (const auto& [file, metadata] : entries_) content += metadata.*member;
      const std::string text = table_text(name, entries_.size(), content);
      const std::string compressed = compress(text, Compression::gz);
      base::write_file(folder / fmt::format("{}-{}.xml.gz", base::sha256_hex(compressed), name), compressed);
      records += record(name, text, compressed, time);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" "
        "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n  <revision>{}</revision>\n{}</repomd>\n",
        time, records);
  }

  /// A reader that has the repomd.xml of before may still ask for the tables that it names.
  void keep_previous(const fs::path& folder) const {
    std::error_code missing;
    if (!there("repomd.xml")) return;
    const std::string index = base::read_file(link_ / "repomd.xml");
    for (const auto& entry : fs::directory_iterator(link_, missing)) {
      const std::string name = entry.path().filename().string();
      if (index.find("repodata/" + name) == std::string::npos) continue;
      base::write_file(folder / name, base::read_file(entry.path()));
    }
  }

  fs::path repository_, link_;
  Generations generations_;
  std::map<std::string, RpmMetadata> entries_;  ///< by the package's place
};

}  // namespace

std::unique_ptr<RepositoryFormat> rpm_format(const fs::path& repository) {
  return std::make_unique<RpmFormat>(repository);
}

}  // namespace lucie::metapackage
