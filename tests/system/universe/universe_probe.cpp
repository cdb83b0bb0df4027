#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "universe/pool.hpp"
#include "universe/universe.hpp"

/// Asks a universe and prints the answers as JSON, for the shell tests of this folder.
///
///     universe_probe [--target T] [--cache DIR] [--local DIR] [--fresh SECONDS] [--no-refresh]
///                    [--server URI SUITE COMPONENTS SIGNED_BY|trusted|-]…
///                    [--rpm-server URI SIGNED_BY|trusted|-]… COMMAND WORD…
using namespace lucie;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

class StandardError : public base::Reporter {
 public:
  void progress(const std::string&, double) override {}
  void note(const std::string& text) override { std::cerr << "note: " << text << '\n'; }
  void warning(const std::string& text) override { std::cerr << "warning: " << text << '\n'; }
};

struct Probe {
  std::string target = "debian-12";
  std::vector<config::PackageServer> servers;
  universe::OpenOptions options;
  StandardError reporter;

  universe::Universe open() { return universe::open_universe(target, servers, options, reporter); }
};

config::PackageServer make_server(const Probe& probe, const char* kind, const std::string& uris,
                                  const std::string& trust) {
  config::PackageServer server;
  server.name = fmt::format("server{}", probe.servers.size() + 1);
  server.kind = kind;
  server.target = probe.target;
  server.uris = base::split_list(uris);
  server.trusted = trust == "trusted";
  if (trust != "trusted" && trust != "-") server.signed_by = trust;
  server.position = {"lucie.conf", 1, 1};
  return server;
}

/// Reads the options; returns the index of the command.
std::size_t read_options(Probe& probe, const Words& words) {
  probe.options.cache = base::Paths::from_environment().cache;
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with("--"); ++at) {
    const std::string& name = words[at];
    if (name == "--target") probe.target = words.at(++at);
    if (name == "--cache") probe.options.cache = words.at(++at);
    if (name == "--local") probe.options.local_packages = words.at(++at);
    if (name == "--fresh") probe.options.fresh_for_seconds = std::stoi(words.at(++at));
    if (name == "--no-refresh") probe.options.refresh = false;
    if (name == "--rpm-server") {
      probe.servers.push_back(make_server(probe, "rpm-md", words.at(at + 1), words.at(at + 2)));
      at += 2;
    }
    if (name != "--server") continue;
    probe.servers.push_back(make_server(probe, "apt", words.at(at + 1), words.at(at + 4)));
    probe.servers.back().suite = words.at(at + 2);
    probe.servers.back().components = base::split_list(words.at(at + 3));
    at += 4;
  }
  return at;
}

std::string shown(const universe::Package& package) {
  return package.name + " " + package.version;
}

json to_json(const universe::Verdict& verdict) {
  json packages = json::array(), reasons = json::array();
  for (const auto& package : verdict.packages) packages.push_back(shown(package));
  for (const auto& reason : verdict.reasons) reasons.push_back(reason.text);
  return {{"installable", verdict.installable}, {"packages", packages}, {"reasons", reasons}};
}

json info(Probe& probe) {
  const auto universe = probe.open();
  return {{"identity", universe.identity()}, {"size", universe.size()}, {"base", universe.base_set()}};
}

json candidate(Probe& probe, const Words& words) {
  const auto universe = probe.open();
  const auto package = universe.candidate(words.at(0));
  if (!package) return {{"offered", universe.offers(words.at(0))}};
  return {{"name", package->name},     {"version", package->version}, {"file", package->file},
          {"sha256", package->sha256}, {"size", package->size},       {"uris", package->uris}};
}

json servers(Probe& probe) {
  json list = json::array();
  for (const auto& server : universe::own_package_servers(probe.target))
    list.push_back({{"name", server.name},
                    {"uris", server.uris},
                    {"suite", server.suite},
                    {"components", server.components},
                    {"signed_by", server.signed_by},
                    {"trusted", server.trusted}});
  return list;
}

json make_pool(Probe& probe, const Words& words) {
  const auto universe = probe.open();
  const Words names(words.begin() + 1, words.end());
  const universe::Verdict verdict = universe.solve(names);
  if (verdict.installable) {
    universe::fetch_packages(verdict.packages, probe.options.cache, probe.reporter);
    universe::write_pool(verdict.packages, "lucie", {"amd64"}, probe.options.cache, words.at(0),
                         probe.reporter);
  }
  return to_json(verdict);
}

json run(Probe& probe, const std::string& command, const Words& words) {
  if (command == "info") return info(probe);
  if (command == "servers") return servers(probe);
  if (command == "candidate") return candidate(probe, words);
  if (command == "solve") return to_json(probe.open().solve(words));
  if (command == "pool") return make_pool(probe, words);
  if (command == "owners") {
    auto universe = probe.open();
    return universe.contents().file(words.at(0)).packages;
  }
  if (command == "excluded") {
    auto universe = probe.open();
    return universe.closure(words).excluded;
  }
  if (command == "pair") {
    auto universe = probe.open();
    const Words left = base::split_list(words.at(0)), right = base::split_list(words.at(1));
    const auto compared = universe.compare_pairs({{left, 0}, {right, 1}});
    if (!compared.exclusive.empty()) return to_json({false, {}, compared.exclusive.front().reasons});
    Words both = left;
    both.insert(both.end(), right.begin(), right.end());
    return to_json(universe.solve(both));
  }
  throw UsageError("unknown command " + command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Words words(argv + 1, argv + argc);
    Probe probe;
    const std::size_t at = read_options(probe, words);
    const Words rest(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    std::cout << run(probe, words.at(at), rest).dump(1) << std::endl;
    return 0;
  } catch (const Error& error) {
    std::cerr << render_fault(error.fault());
    return static_cast<int>(error.status());
  }
}
