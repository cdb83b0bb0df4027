#include "metapackage/deb.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace lucie::metapackage {
namespace {

/// "./usr/", "./usr/share/", … and "./": every folder above the files, as dpkg expects them in the archive.
std::set<std::string> folders_above(const std::vector<ArchiveEntry>& files) {
  std::set<std::string> folders = {"./"};
  for (const ArchiveEntry& file : files) {
    for (auto slash = file.path.find('/', 1); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      folders.insert("." + file.path.substr(0, slash + 1));
    }
  }
  return folders;
}

std::vector<ArchiveEntry> data_entries(const std::vector<ArchiveEntry>& files) {
  std::vector<ArchiveEntry> entries;
  for (const std::string& folder : folders_above(files)) {
    entries.push_back({.path = folder, .content = {}, .mode = 0755, .directory = true});
  }
  for (const ArchiveEntry& file : files) {
    if (file.directory) continue;
    entries.push_back({.path = "." + file.path, .content = file.content, .mode = file.mode});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

std::string md5sums(const std::vector<ArchiveEntry>& data, const std::vector<std::string>& conffiles) {
  std::string text;
  for (const ArchiveEntry& entry : data) {
    const bool conffile =
        std::find(conffiles.begin(), conffiles.end(), entry.path.substr(1)) != conffiles.end();
    if (entry.directory || conffile) continue;
    text += fmt::format("{}  {}\n", base::md5_hex(entry.content), entry.path.substr(2));
  }
  return text;
}

/// Policy 5.6.20: the files' sizes rounded up to KiB, and one KiB for every other entry.
std::size_t installed_size(const std::vector<ArchiveEntry>& data) {
  std::size_t size = 0;
  for (const ArchiveEntry& entry : data) size += entry.directory ? 1 : (entry.content.size() + 1023) / 1024;
  return size;
}

std::vector<ArchiveEntry> control_entries(const DebPackage& package, const std::vector<ArchiveEntry>& data) {
  Stanza control = package.control;
  const auto description = std::find_if(control.begin(), control.end(),
                                        [](const auto& pair) { return pair.first == "Description"; });
  control.insert(description, {"Installed-Size", std::to_string(installed_size(data))});
  std::vector<ArchiveEntry> entries = package.members;
  for (ArchiveEntry& entry : entries) entry.path = "./" + entry.path;
  entries.push_back({.path = "./", .content = {}, .mode = 0755, .directory = true});
  entries.push_back({.path = "./control", .content = to_text(control)});
  entries.push_back({.path = "./md5sums", .content = md5sums(data, package.conffiles)});
  if (!package.conffiles.empty()) {
    entries.push_back({.path = "./conffiles", .content = base::join(package.conffiles, "\n") + "\n"});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

const ArchiveEntry& member(const std::vector<ArchiveEntry>& members, std::string_view start) {
  for (const ArchiveEntry& entry : members) {
    if (entry.path.starts_with(start)) return entry;
  }
  throw Error(fmt::format("it is no Debian package: member '{}' is missing", start));
}

/// "./usr/share/x" as "/usr/share/x".
std::string absolute(std::string path) {
  if (path.starts_with("./")) path.erase(0, 2);
  if (!path.starts_with("/")) path.insert(0, "/");
  return path;
}

std::vector<ArchiveEntry> files_of(const std::string& data) {
  std::vector<ArchiveEntry> files;
  for (ArchiveEntry& entry : read_archive(data)) {
    if (entry.directory) continue;
    entry.path = absolute(std::move(entry.path));
    files.push_back(std::move(entry));
  }
  return files;
}

std::vector<std::string> paths_of(const std::vector<ArchiveEntry>& files) {
  std::vector<std::string> paths;
  for (const ArchiveEntry& file : files) paths.push_back(file.path);
  return paths;
}

}  // namespace

std::string field(const Stanza& stanza, std::string_view name) {
  for (const auto& [key, value] : stanza) {
    if (key == name) return value;
  }
  return {};
}

std::string to_text(const Stanza& stanza) {
  std::string text;
  for (const auto& [key, value] : stanza) text += fmt::format("{}: {}\n", key, value);
  return text;
}

std::vector<Stanza> parse_stanzas(std::string_view text) {
  std::vector<Stanza> stanzas;
  bool open = false;
  for (const std::string& line : base::split(text, '\n')) {
    if (base::trim(line).empty()) {
      open = false;
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (!open) throw Error("a control file begins with a continued line");
      stanzas.back().back().second += "\n" + line;
    } else {
      const auto colon = line.find(':');
      if (colon == std::string::npos) throw Error(fmt::format("no field of a control file: '{}'", line));
      if (!open) stanzas.emplace_back();
      open = true;
      stanzas.back().emplace_back(line.substr(0, colon), std::string(base::trim(line.substr(colon + 1))));
    }
  }
  return stanzas;
}

std::string description_field(const std::string& summary, const std::string& description) {
  std::string text = summary;
  bool first = true;
  for (const auto& paragraph : base::folded_paragraphs(description, 76)) {
    if (!first) text += "\n .";
    // A line that began with a full stop would be one of Debian's own (policy 5.6.13); a further blank keeps
    // it.
    for (const std::string& line : paragraph) text += (line.starts_with('.') ? "\n  " : "\n ") + line;
    first = false;
  }
  return text;
}

std::string write_deb(const DebPackage& package) {
  const std::vector<ArchiveEntry> data = data_entries(package.files);
  const std::string end = ".tar" + suffix(package.packing.compression);
  const auto packed = [&](const std::vector<ArchiveEntry>& entries) {
    return compress(write_tar(entries, package.time), package.packing);
  };
  return write_ar({{.path = "debian-binary", .content = "2.0\n"},
                   {.path = "control" + end, .content = packed(control_entries(package, data))},
                   {.path = "data" + end, .content = packed(data)}},
                  package.time);
}

DebContent read_deb(std::string_view bytes, bool with_files) {
  if (!bytes.starts_with("!<arch>\n")) throw Error("it is no Debian package");
  constexpr std::size_t control_limit = 16 << 20;
  const std::vector<ArchiveEntry> members = read_archive(bytes);
  DebContent content;
  for (const ArchiveEntry& entry : read_archive(member(members, "control.tar").content, control_limit)) {
    if (entry.path != "./control" && entry.path != "control") continue;
    const auto stanzas = parse_stanzas(entry.content);
    if (stanzas.size() == 1) content.control = stanzas.front();
  }
  if (content.control.empty()) throw Error("it is no Debian package: its control file is missing");
  const std::string& data = member(members, "data.tar").content;
  if (with_files) content.files = files_of(data);
  content.paths = with_files ? paths_of(content.files) : archive_paths(data);
  for (std::string& path : content.paths) path = absolute(std::move(path));
  return content;
}

}  // namespace lucie::metapackage
