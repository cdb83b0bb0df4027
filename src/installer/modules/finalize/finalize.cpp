#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "installer/modules/modules.hpp"
#include "installer/mounts.hpp"
#include "installer/target_files.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// In the node's root as it is: a `TargetRoot` would take this process into mounts of its own, and what is to
/// be unmounted here would stay mounted for everybody else.
void clean_caches(const fs::path& target) {
  if (has_program(target, "apt-get")) base::run({.argv = {"apt-get", "clean"}, .root = target});
  if (has_program(target, "dnf")) base::run({.argv = {"dnf", "--quiet", "clean", "all"}, .root = target});
}

/// Empty, so that the node makes its own at its first boot (machine-id(5)).
void clear_machine_id(const fs::path& target) {
  write_target_file(target, "/etc/machine-id", "", 0444);
  const fs::path dbus = target / "var/lib/dbus/machine-id";
  if (fs::exists(dbus) && !fs::is_symlink(dbus)) fs::remove(dbus);
}

/// /etc/lucie/installed.json: by what this node was made.
void note_installation(const fs::path& target, const wire::Slice& slice) {
  const nlohmann::json record = {{"version", 1},
                                 {"host", slice.host},
                                 {"installer", slice.installer},
                                 {"target", slice.target},
                                 {"architecture", slice.architecture},
                                 {"installed", base::format_time(std::chrono::system_clock::now())},
                                 {"modules", slice.modules},
                                 {"base_sha256", slice.base_sha256},
                                 {"packages", slice.packages}};
  write_target_file(target, "/etc/lucie/installed.json", record.dump(2) + "\n");
}

/// The modules' logs go with the node: /var/log/lucie/MODULE.log, for root's eyes.
void keep_logs(const fs::path& target, const fs::path& run) {
  const fs::path folder = target / "var/log/lucie";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(run / "log", ignored)) {
    fs::copy_file(entry.path(), folder / (entry.path().filename().string() + ".log"),
                  fs::copy_options::overwrite_existing);
  }
}

void finalize(ModuleContext& context) {
  clean_caches(context.target);
  clear_machine_id(context.target);
  note_installation(context.target, context.slice);
  keep_logs(context.target, context.run);
  end_processes_below(context.target);
  sync();
  unmount_below(context.target);
  context.reporter.note(fmt::format("{} is written and unmounted", context.target.string()));
}

}  // namespace

const ShippedModule finalize_module = {
    .name = "finalize",
    .description = R"({"version":1,"summary":"clean up, note what was installed, unmount",)"
                   R"("needs":["target"],"after":["all"],"produces":[],"weight":1,"timeout":600})",
    .run = finalize};

}  // namespace lucie::installer
