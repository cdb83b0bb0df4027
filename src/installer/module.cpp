#include "installer/module.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <unistd.h>

#include "base/names.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::vector<std::string> names_of(const Json& record, const std::string& key) {
  if (!record.contains(key)) return {};
  return record.at(key).get<std::vector<std::string>>();
}

void refuse_unknown_keys(const Json& record) {
  static const std::set<std::string> known = {"version", "needs",   "after",   "produces",
                                              "weight",  "timeout", "retries", "summary"};
  for (const auto& [key, value] : record.items()) {
    if (!known.contains(key)) throw Error(fmt::format("unknown key '{}'", key));
  }
}

Description read_description(const Json& record) {
  if (!record.is_object()) throw Error("it is not a JSON object");
  refuse_unknown_keys(record);
  if (record.value("version", 1) != 1) throw Error("its version is not 1");
  Description description;
  description.needs = names_of(record, "needs");
  description.after = names_of(record, "after");
  description.produces = names_of(record, "produces");
  description.waits_for_all = !record.contains("needs") && !record.contains("after");
  description.holds_all = !record.contains("produces");
  description.weight = record.value("weight", 1.0);
  description.time_limit = std::chrono::seconds(record.value("timeout", 3600));
  description.retries = record.value("retries", 0);
  if (description.weight < 0 || description.retries < 0 || description.time_limit.count() <= 0)
    throw Error("weight and retries must not be negative, timeout must be more than 0");
  return description;
}

/// The folder itself and its subfolders, sorted: an LMP's modules lie in a folder of its name, the
/// administrator's own in modules.d, which comes last so that it wins.
std::vector<fs::path> with_subfolders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end(), [](const fs::path& left, const fs::path& right) {
    const bool own_left = left.filename() == "modules.d", own_right = right.filename() == "modules.d";
    return own_left != own_right ? own_right : left < right;
  });
  found.insert(found.begin(), folder);
  return found;
}

bool is_program(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

/// All programs in the folders: what to offer when a name is wrong.
std::vector<std::string> known_names(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const bool hook = entry.path().extension() == ".before" || entry.path().extension() == ".after";
      if (!hook && is_program(entry.path())) names.push_back(entry.path().filename());
    }
  }
  return names;
}

}  // namespace

Description description_from_json(const std::string& text, const std::string& name) {
  try {
    return read_description(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(fmt::format("module '{}': its description is wrong: {}", name, error.what()));
  } catch (Error& error) {
    throw error.context(fmt::format("module '{}': its description is wrong", name));
  }
}

std::string to_json(const Description& description) {
  Json record = {{"version", 1},
                 {"weight", description.weight},
                 {"timeout", description.time_limit.count()},
                 {"retries", description.retries}};
  if (!description.waits_for_all) {
    record["needs"] = description.needs;
    record["after"] = description.after;
  }
  if (!description.holds_all) record["produces"] = description.produces;
  return record.dump();
}

std::vector<Module> find_modules(const std::vector<std::string>& names, const std::vector<fs::path>& folders,
                                 std::vector<Fault>& faults) {
  std::vector<fs::path> places;
  for (const fs::path& folder : folders) {
    for (const fs::path& place : with_subfolders(folder)) places.push_back(place);
  }
  std::vector<Module> modules;
  for (const std::string& name : names) {
    Module module{.name = name};
    for (const fs::path& place : places) {
      if (is_program(place / name)) module.program = place / name;
      if (is_program(place / (name + ".before"))) module.before.push_back(place / (name + ".before"));
      if (is_program(place / (name + ".after"))) module.after.push_back(place / (name + ".after"));
    }
    if (!base::is_name(name) || module.program.empty()) {
      faults.push_back({.message = fmt::format("there is no module '{}'", name),
                        .hint = base::did_you_mean(name, known_names(places))});
      continue;
    }
    modules.push_back(std::move(module));
  }
  return modules;
}

void describe_modules(std::vector<Module>& modules, const std::map<std::string, std::string>& environment,
                      std::vector<Fault>& faults) {
  for (Module& module : modules) {
    try {
      module.description =
          description_from_json(base::run_or_throw({.argv = {module.program.string(), "--describe"},
                                                    .environment = environment,
                                                    .time_limit = std::chrono::seconds(30)}),
                                module.name);
    } catch (const Error& error) {
      faults.push_back({.message = error.what(),
                        .hint = fmt::format("'{} --describe' must print what the module needs and produces "
                                            "(lucie-modules(7))",
                                            module.program.string())});
    }
  }
}

}  // namespace lucie::installer
