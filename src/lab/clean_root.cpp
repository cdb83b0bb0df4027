#include "lab/clean_root.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "lab/contained.hpp"
#include "lab/interrupt.hpp"

namespace lucie::lab {
namespace fs = std::filesystem;
namespace {

/// Lines of sources.list(5).
std::string apt_sources(const std::vector<config::PackageServer>& servers) {
  std::string text;
  for (const config::PackageServer& server : servers) {
    std::string options;
    if (!server.signed_by.empty()) options += " signed-by=" + server.signed_by;
    if (server.trusted) options += " trusted=yes";
    if (!options.empty()) options = fmt::format("[{}] ", options.substr(1));
    for (const std::string& uri : server.uris) {
      text += fmt::format("deb {}{} {} {}\n", options, uri, server.suite, base::join(server.components, " "));
    }
  }
  return text;
}

std::string name_of(const RootRequest& request, const std::string& sources) {
  const std::string content = "2\n" + sources + base::join(request.packages, "\n");
  return base::sha256_hex(content).substr(0, 16);
}

/// Proxies that the machine's own apt uses; the clean root does not have the machine's apt.conf.
std::vector<std::string> proxy_options() {
  std::vector<std::string> options;
  for (const char* scheme : {"http", "https"}) {
    const std::string key = fmt::format("Acquire::{}::Proxy", scheme);
    const auto told = base::run({.argv = {"apt-config", "shell", "proxy", key}});
    const auto begin = told.output.find('\'');
    const auto end = told.output.rfind('\'');
    if (begin == std::string::npos || end <= begin + 1) continue;
    options.push_back(fmt::format("--aptopt={} \"{}\"", key, told.output.substr(begin + 1, end - begin - 1)));
  }
  return options;
}

void make_root(const RootRequest& request, const std::string& sources, const fs::path& folder,
               base::Reporter& reporter) {
  base::TemporaryDirectory temporary("lucie-root-");
  const fs::path list = temporary.path() / "sources.list";
  base::write_file(list, sources);
  base::Command command;
  command.argv = {"mmdebstrap", "--mode=root", "--variant=minbase",
                  // The lists stay, so that apt knows the distribution without network.
                  "--skip=cleanup/apt/lists", "--include=apt," + base::join(request.packages, ",")};
  for (const std::string& option : proxy_options()) command.argv.push_back(option);
  command.argv.insert(command.argv.end(), {request.servers.front().suite, folder, list});
  command.argv = contained(command.argv);
  command.environment["TMPDIR"] = temporary.path();
  command.on_line = [&](std::string_view line) {
    if (line.starts_with("I: ")) reporter.progress(std::string(line.substr(3)), -1);
  };
  command.cancelled = interrupted;
  base::run_or_throw(command);
}

/// Roots of older requests, but the newest of them (another checkout may use it).
void remove_old(const fs::path& roots, const std::string& keep) {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  for (const auto& entry : fs::directory_iterator(roots)) {
    if (entry.is_directory() && entry.path().filename() != keep) {
      others.emplace_back(entry.last_write_time(), entry.path());
    }
  }
  std::sort(others.rbegin(), others.rend());
  for (std::size_t index = 1; index < others.size(); ++index) fs::remove_all(others[index].second);
}

}  // namespace

std::vector<std::string> first_alternatives(const std::string& field) {
  std::vector<std::string> names;
  for (const std::string& dependency : base::split_list(field)) {
    std::string name = dependency.substr(0, dependency.find_first_of(" (|:"));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> dependencies_of_debs(const fs::path& folder) {
  std::set<std::string> names, own;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".deb") continue;
    const auto field = [&](const char* key) {
      return base::run_or_throw({.argv = {"dpkg-deb", "-f", entry.path(), key}});
    };
    own.insert(std::string(base::trim(field("Package"))));
    for (const char* key : {"Pre-Depends", "Depends"}) {
      for (const std::string& name : first_alternatives(field(key))) names.insert(name);
    }
  }
  for (const std::string& name : own) names.erase(name);
  return {names.begin(), names.end()};
}

fs::path clean_root(const RootRequest& request, const fs::path& cache, base::Reporter& reporter) {
  if (request.servers.empty()) throw EnvironmentError("no package server for the lab's root is known");
  const std::string sources = apt_sources(request.servers);
  const std::string name = name_of(request, sources);
  const fs::path roots = cache / "lab/roots";
  const fs::path root = roots / name;
  fs::create_directories(roots);
  const base::FileLock lock(roots / "lock", [&] { reporter.note("waiting for another lab's root"); });
  if (fs::exists(root)) return root;
  const fs::path unfinished = roots / (name + ".new");
  fs::remove_all(unfinished);
  make_root(request, sources, unfinished, reporter);
  fs::rename(unfinished, root);
  remove_old(roots, name);
  return root;
}

}  // namespace lucie::lab
