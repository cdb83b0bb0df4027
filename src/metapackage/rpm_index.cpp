#include "metapackage/rpm_index.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "metapackage/archive.hpp"
#include "metapackage/repository_format.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

/// What stands between `start` and `end`, the first time; empty when it does not.
std::string_view between(std::string_view text, std::string_view start, std::string_view end) {
  const auto begin = text.find(start);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + start.size());
  const auto stop = text.find(end);
  return stop == std::string_view::npos ? std::string_view() : text.substr(0, stop);
}

std::string table_text(const std::string& name, const std::vector<std::string_view>& entries) {
  const bool primary = name == "primary";
  const std::string element = primary ? "metadata" : name == "other" ? "otherdata" : name;
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<{} xmlns=\"http://linux.duke.edu/metadata/{}\"{} packages=\"{}\">\n",
      element, primary ? "common" : name, primary ? " xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\"" : "",
      entries.size());
  const std::string end = fmt::format("</{}>\n", element);
  std::size_t size = text.size() + end.size();
  for (const std::string_view entry : entries) size += entry.size();
  text.reserve(size);
  for (const std::string_view entry : entries) text += entry;
  return text += end;
}

/// The text of the table that repomd.xml names.
std::string table_in(const fs::path& folder, std::string_view repomd, const std::string& name) {
  const std::string_view record = between(repomd, fmt::format("<data type=\"{}\">", name), "</data>");
  const fs::path place = between(record, "<location href=\"", "\"");
  if (place.empty()) return {};
  const fs::path file = folder / place.filename();
  const std::string compressed = base::read_file(file);
  const std::string_view size = between(record, "<open-size>", "</open-size>");
  std::size_t bytes = 0;
  std::from_chars(size.data(), size.data() + size.size(), bytes);
  std::optional<std::string> text;
  if (base::sha256_hex(compressed) == between(record, "<checksum type=\"sha256\">", "</checksum>"))
    text = unpack_gzip(compressed, bytes);
  if (!text) throw damaged_index(file);
  return std::move(*text);
}

/// The entries of a table, with the line ends behind them; nothing unless they are as many as it says. In XML
/// no '<' stands for itself within text.
std::optional<std::vector<IndexText>> entries_of(const std::shared_ptr<const std::string>& whole) {
  constexpr std::string_view start = "<package ", end = "</package>\n";
  const std::string_view table = *whole;
  std::vector<IndexText> entries;
  for (auto begin = table.find(start); begin != std::string_view::npos;) {
    const auto stop = table.find(end, begin);
    if (stop == std::string_view::npos) return {};
    entries.emplace_back(whole, table.substr(begin, stop + end.size() - begin));
    begin = table.find(start, stop);
  }
  if (between(table, " packages=\"", "\"") != std::to_string(entries.size())) return {};
  return entries;
}

/// False when the entries of the other tables are not those of the same package, or when something in it has
/// an escape, which names and versions of LMPs never need.
bool complete(RpmEntry& entry) {
  const std::string_view primary = entry.texts.front().view();
  const std::string_view version = between(primary, "<version ", "/>");
  entry.name = between(primary, "<name>", "</name>");
  entry.architecture = between(primary, "<arch>", "</arch>");
  entry.version = fmt::format("{}:{}-{}", between(version, "epoch=\"", "\""),
                              between(version, "ver=\"", "\""), between(version, "rel=\"", "\""));
  entry.sha256 = between(primary, "<checksum type=\"sha256\" pkgid=\"YES\">", "</checksum>");
  entry.place = between(primary, "<location href=\"", "\"");
  for (const std::string& text : {entry.name, entry.architecture, entry.version, entry.sha256, entry.place}) {
    if (text.empty() || text.find('&') != std::string::npos) return false;
  }
  for (std::size_t i = 1; i < entry.texts.size(); ++i) {
    if (between(entry.texts[i].view(), "pkgid=\"", "\"") != entry.sha256) return false;
  }
  return true;
}

}  // namespace

RpmTable rpm_table(const std::string& name, const std::vector<std::string_view>& entries, std::int64_t time) {
  const std::string text = table_text(name, entries);
  RpmTable table{.compressed = compress(text, {Compression::gz, index_effort})};
  const std::string digest = base::sha256_hex(table.compressed);
  table.file = fmt::format("{}-{}.xml.gz", digest, name);
  table.record = fmt::format(
      "  <data type=\"{}\">\n    <checksum type=\"sha256\">{}</checksum>\n"
      "    <open-checksum type=\"sha256\">{}</open-checksum>\n"
      "    <location href=\"repodata/{}\"/>\n    <timestamp>{}</timestamp>\n"
      "    <size>{}</size>\n    <open-size>{}</open-size>\n  </data>\n",
      name, digest, base::sha256_hex(text), table.file, time, table.compressed.size(), text.size());
  return table;
}

std::string repomd(const std::vector<RpmTable>& tables, std::int64_t time) {
  std::string records;
  for (const RpmTable& table : tables) records += table.record;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" "
      "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n  <revision>{}</revision>\n{}</repomd>\n",
      time, records);
}

std::vector<RpmEntry> read_rpm_tables(const fs::path& folder) {
  const fs::path file = folder / "repomd.xml";
  const std::string index = base::read_file(file);
  std::vector<RpmEntry> packages;
  for (const char* name : rpm_tables) {
    auto entries = entries_of(std::make_shared<const std::string>(table_in(folder, index, name)));
    if (entries && std::string_view(name) == rpm_tables.front()) packages.resize(entries->size());
    if (!entries || entries->size() != packages.size()) throw damaged_index(file);
    for (std::size_t i = 0; i < entries->size(); ++i) packages[i].texts.push_back(std::move((*entries)[i]));
  }
  for (RpmEntry& package : packages) {
    if (!complete(package)) throw damaged_index(file);
  }
  return packages;
}

}  // namespace lucie::metapackage
