#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "metapackage/folder_entries.hpp"
#include "metapackage/manifest.hpp"

/// The files that an LMP, or the administrator in its place, puts on nodes.
namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// The name without ".in", and whether it had it.
std::pair<std::string, bool> without_in(const std::string& name) {
  if (name.size() > 3 && name.ends_with(".in")) return {name.substr(0, name.size() - 3), true};
  return {name, false};
}

class FileScanner {
 public:
  FileScanner(const FolderEntries& folders, std::vector<NodeFile>& files, std::vector<Fault>& faults)
      : folders_(folders), files_(files), faults_(faults) {}

  void scan(const std::vector<FolderEntry>& entries, const std::string& below) {
    for (const auto& [path, kind] : entries) {
      const auto [name, expanded] = without_in(path.filename().string());
      if (!is_plain_text(name)) {
        fault(path, "a control character, or a byte that is not UTF-8, in the name", "rename it");
      } else if (kind == FolderEntry::Kind::folder) {
        const std::vector<FolderEntry> inside = folders_.in(path);
        if (is_variants(inside)) {
          variants(path, inside, below + "/" + name, expanded);
        } else {
          scan(inside, below + "/" + path.filename().string());
        }
      } else if (kind == FolderEntry::Kind::file) {
        NodeFile file{.path = below + "/" + name};
        add_variant(file, "", path, expanded);
        add(std::move(file), path);
      } else {
        fault(path, "it is neither a file nor a folder", "make links and devices in a script");
      }
    }
  }

 private:
  void fault(const fs::path& path, std::string message, std::string hint = {}) {
    faults_.push_back({{path.string(), 0, 0}, std::move(message), std::move(hint)});
  }

  /// Packages and records hold the names as lines of text.
  static bool is_plain_text(const std::string& name) {
    return base::is_utf8(name) && base::escape_control(name) == name;
  }

  static bool is_variants(const std::vector<FolderEntry>& entries) {
    return std::ranges::any_of(entries, [](const FolderEntry& entry) {
      const std::string name = entry.path.filename().string();
      return entry.kind != FolderEntry::Kind::folder && (name == "DEFAULT" || name == "DEFAULT.in");
    });
  }

  void add_variant(NodeFile& file, const std::string& name, const fs::path& source, bool expanded) {
    if (!file.variants.emplace(name, source).second) {
      return fault(source, fmt::format("variant '{}' is there twice, with and without '.in'", name));
    }
    if (!expanded) return;
    file.expanded = true;
    file.templates.insert(name);
  }

  void variants(const fs::path& folder, const std::vector<FolderEntry>& entries, const std::string& path,
                bool all_expanded) {
    NodeFile file{.path = path};
    for (const auto& [source, kind] : entries) {
      if (kind != FolderEntry::Kind::file) {
        fault(source, "it is no file, in a folder of variants");
        continue;
      }
      const auto [name, expanded] = without_in(source.filename().string());
      add_variant(file, name == "DEFAULT" ? "" : name, source, expanded || all_expanded);
    }
    add(std::move(file), folder);
  }

  void add(NodeFile file, const fs::path& source) {
    if (!paths_.insert(file.path).second)
      return fault(source, fmt::format("'{}' is there twice, with and without '.in'", file.path));
    files_.push_back(std::move(file));
  }

  const FolderEntries& folders_;
  std::vector<NodeFile>& files_;
  std::set<std::string> paths_;
  std::vector<Fault>& faults_;
};

}  // namespace

std::vector<NodeFile> scan_files(const fs::path& root, const FolderEntries& folders,
                                 std::vector<Fault>& faults) {
  std::vector<NodeFile> files;
  FileScanner(folders, files, faults).scan(folders.in(root), "");
  std::ranges::sort(files, {}, &NodeFile::path);
  return files;
}

}  // namespace lucie::metapackage
