#pragma once

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/reporter.hpp"
#include "base/text.hpp"
#include "universe/universe.hpp"

/// An rpm-md package server made of text, in a folder of its own. Packages are written as stanzas:
///
///     bash 5.1-1 x86_64
///     provides: /bin/sh, sh = 2
///     requires: (a if b), c >= 2
///     files: /usr/bin/bash /etc/profile
class RpmRepository {
 public:
  explicit RpmRepository(const std::string& packages, const std::vector<std::string>& group = {})
      : folder_("rpm-universe-test") {
    write(packages, group);
  }

  void write(const std::string& packages, const std::vector<std::string>& group = {}) {
    std::string primary, filelists;
    std::size_t count = 0;
    for (std::size_t at = 0; at < packages.size(); ++count) {
      const auto end = std::min(packages.find("\n\n", at), packages.size());
      add_package(packages.substr(at, end - at), primary, filelists);
      at = end + 2;
    }
    records_.clear();
    put("primary", fmt::format("<metadata xmlns=\"http://linux.duke.edu/metadata/common\" xmlns:rpm=\"http://"
                               "linux.duke.edu/metadata/rpm\" packages=\"{}\">\n{}</metadata>\n",
                               count, primary));
    put("filelists",
        fmt::format("<filelists xmlns=\"http://linux.duke.edu/metadata/filelists\" packages=\"{}\">\n{}"
                    "</filelists>\n",
                    count, filelists));
    if (!group.empty()) put("group", comps(group));
    write_repomd();
  }

  /// Writes an index as it is, and what repomd.xml says about it.
  void put(const std::string& type, const std::string& content) {
    const std::string place = "repodata/" + type + ".xml";
    std::filesystem::create_directories(folder_.path() / "repodata");
    lucie::base::write_file(folder_.path() / place, content);
    records_[type] = fmt::format(
        "  <data type=\"{}\">\n    <checksum type=\"sha256\">{}</checksum>\n    <location href=\"{}\"/>\n"
        "    <size>{}</size>\n  </data>\n",
        type, lucie::base::sha256_hex(content), place, content.size());
  }
  void remove(const std::string& type) { records_.erase(type); }
  void write_repomd() const {
    std::string text = "<?xml version=\"1.0\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\">\n";
    for (const auto& [type, record] : records_) text += record;
    lucie::base::write_file(folder_.path() / "repodata/repomd.xml", text + "</repomd>\n");
  }

  lucie::config::PackageServer server(const std::string& name = "rpms") const {
    lucie::config::PackageServer server;
    server.name = name;
    server.kind = "rpm-md";
    server.target = "rocky-9";
    server.uris = {"file:" + folder_.path().string()};
    server.position = {"lucie.conf", 1, 1};
    return server;
  }

  lucie::universe::OpenOptions options() const {
    lucie::universe::OpenOptions options;
    options.cache = folder_.path() / "cache";
    return options;
  }

  lucie::universe::Universe open() const {
    static lucie::base::SilentReporter reporter;  // the universe keeps it
    return lucie::universe::open_universe("rocky-9", {server()}, options(), reporter);
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  using Words = std::vector<std::string>;

  /// "c >= 2" as an entry; what begins with '(' is a rich dependency and stays one word.
  static std::string entry(const std::string& dependency) {
    static const std::map<std::string, std::string> flags = {
        {"=", "EQ"}, {"<", "LT"}, {">", "GT"}, {"<=", "LE"}, {">=", "GE"}};
    const Words words = lucie::base::split_words(dependency);
    if (dependency.starts_with('(') || words.size() < 3)
      return fmt::format("<rpm:entry name=\"{}\"/>", escaped(dependency));
    const auto dash = words[2].find('-');
    const std::string release =
        dash == std::string::npos ? "" : fmt::format(" rel=\"{}\"", words[2].substr(dash + 1));
    return fmt::format("<rpm:entry name=\"{}\" flags=\"{}\" epoch=\"0\" ver=\"{}\"{}/>", words[0],
                       flags.at(words[1]), words[2].substr(0, dash), release);
  }

  static std::string escaped(const std::string& text) {
    std::string result;
    for (const char letter : text)
      result += letter == '<' ? "&lt;" : letter == '>' ? "&gt;" : std::string(1, letter);
    return result;
  }

  static std::string entries(const std::string& kind, const std::string& list) {
    if (list.empty()) return {};
    std::string text = "<rpm:" + kind + ">";
    for (const std::string& dependency : lucie::base::split_list(list)) text += entry(dependency);
    return text + "</rpm:" + kind + ">";
  }

  static void add_package(const std::string& stanza, std::string& primary, std::string& filelists) {
    const auto lines = lucie::base::split(stanza, '\n');
    const Words head = lucie::base::split_words(lines.at(0));
    const std::string arch = head.size() > 2 ? head[2] : "noarch";
    const std::string version = head.at(1).substr(0, head[1].find('-'));
    const std::string release =
        head[1].find('-') == std::string::npos ? "1" : head[1].substr(head[1].find('-') + 1);
    std::map<std::string, std::string> field;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto colon = lines[i].find(": ");
      if (colon != std::string::npos) field[lines[i].substr(0, colon)] = lines[i].substr(colon + 2);
    }
    const std::string id = lucie::base::sha256_hex(stanza);
    const std::string evr = fmt::format("epoch=\"0\" ver=\"{}\" rel=\"{}\"", version, release);
    std::string format;
    for (const char* kind : {"requires", "conflicts", "obsoletes", "recommends"})
      format += entries(kind, field[kind]);
    std::string provides = fmt::format("<rpm:entry name=\"{}\" flags=\"EQ\" {}/>", head[0], evr);
    for (const std::string& dependency : lucie::base::split_list(field["provides"]))
      provides += entry(dependency);
    primary += fmt::format(
        "<package type=\"rpm\"><name>{0}</name><arch>{1}</arch><version {2}/><checksum type=\"sha256\" "
        "pkgid=\"YES\">{3}</checksum><summary>x</summary><description/><location href=\"Packages/{0}-{4}."
        "{1}.rpm\"/><size package=\"7\"/><format><rpm:provides>{5}</rpm:provides>{6}</format></package>\n",
        head[0], arch, evr, id, head[1], provides, format);
    std::string files;
    for (const std::string& file : lucie::base::split_words(field["files"]))
      files += "<file>" + file + "</file>";
    filelists += fmt::format("<package pkgid=\"{}\" name=\"{}\" arch=\"{}\"><version {}/>{}</package>\n", id,
                             head[0], arch, evr, files);
  }

  static std::string comps(const Words& group) {
    std::string text =
        "<comps>\n<group><id>office</id><packagelist><packagereq>no</packagereq></packagelist></group>\n"
        "<group><id>core</id><packagelist>\n";
    for (const std::string& name : group)
      text += "<packagereq type=\"mandatory\">" + name + "</packagereq>\n";
    return text + "<packagereq type=\"optional\">nice</packagereq>\n</packagelist></group>\n</comps>\n";
  }

  lucie::base::TemporaryDirectory folder_;
  std::map<std::string, std::string> records_;
};
