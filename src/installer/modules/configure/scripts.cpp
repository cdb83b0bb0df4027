#include "installer/modules/configure/scripts.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "installer/disk.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// In the node's /run, which is a memory file system of the module: gone with it.
constexpr const char* script_folder = "/run/lucie/scripts";
constexpr const char* program_folder = "/run/lucie/bin";

std::string last_lines(const std::string& text, std::size_t count) {
  auto lines = base::split(base::trim(text), '\n');
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return base::join(lines, "\n");
}

void unpack(const TargetRoot& root, const std::string& archive) {
  fs::create_directories(root / script_folder);
  fs::create_directories(root / program_folder);
  base::write_file(root / (std::string(program_folder) + "/in_target"), "#!/bin/sh\nexec \"$@\"\n", 0755);
  if (archive.empty()) return;
  base::run_or_throw({.argv = {"tar", "--extract", "--no-same-owner", "--file", "-", "--directory",
                               (root / script_folder).string()},
                      .input = archive});
}

void run_script(const TargetRoot& root, const wire::SliceScript& script,
                std::map<std::string, std::string> environment, base::Reporter& reporter) {
  const std::string name = script.lmp + "/" + script.name;
  const std::string file = fmt::format("{}/{}", script_folder, script.path);
  if (!fs::exists(root / file)) throw Error(fmt::format("script {} is not in the archive of scripts", name));
  reporter.note(fmt::format("script {}", name));
  std::string lines;
  environment["PATH"] =
      fmt::format("{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", program_folder);
  const base::Outcome outcome = root.run(
      {file}, {.environment = std::move(environment), .input = {}, .on_line = [&](std::string_view line) {
                 lines.append(line).append("\n");
                 reporter.note(std::string(line));
               }});
  if (outcome.success()) return;
  throw Error(fmt::format("script {} failed: {}\n{}", name, outcome.describe(), last_lines(lines, 10)))
      .hint(fmt::format("the script belongs to LMP '{}'; 'lucie-installer --resume' runs it again",
                        script.lmp));
}

}  // namespace

std::map<std::string, std::string> script_environment(const wire::Slice& slice, const std::string& lmp,
                                                      const std::string& disk,
                                                      const KernelCommandLine& command_line) {
  std::map<std::string, std::string> environment = slice.environment;
  environment["LUCIE_HOST"] = slice.host;
  environment["LUCIE_INSTALLER"] = slice.installer;
  environment.try_emplace("LUCIE_GROUP", slice.lucie_group);
  environment["LUCIE_TARGET"] = "";
  environment["LUCIE_DISK"] = disk;
  environment["LUCIE_LABEL"] = slice.label;
  environment["LUCIE_KERNEL_OPTIONS"] = slice.kernel_options;
  environment["LUCIE_CONSOLES"] = base::join(command_line.values("console"), " ");
  if (const auto answers = slice.answers.find(lmp); answers != slice.answers.end()) {
    for (const auto& [question, answer] : answers->second)
      environment[config::answer_variable(question)] = answer;
  }
  return environment;
}

void run_scripts(const TargetRoot& root, const std::string& archive, const ModuleContext& context) {
  unpack(root, archive);
  const auto command_line = KernelCommandLine::of_this_machine();
  const std::string disk = find_disk(context.slice.disk).device;
  double done = 0;
  for (const wire::SliceScript& script : context.slice.scripts) {
    run_script(root, script, script_environment(context.slice, script.lmp, disk, command_line),
               context.reporter);
    context.reporter.progress(script.name, ++done / static_cast<double>(context.slice.scripts.size()));
  }
}

}  // namespace lucie::installer
