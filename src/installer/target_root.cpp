#include "installer/target_root.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/error.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

constexpr const char* path_of_node = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void bind(const fs::path& source, const fs::path& place) {
  fs::create_directories(place);
  if (mount(source.c_str(), place.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    throw_errno(fmt::format("bind {} to {}", source.string(), place.string()));
}

}  // namespace

bool has_program(const fs::path& root, const std::string& program) {
  for (const char* folder : {"usr/bin", "usr/sbin", "bin", "sbin"}) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(root / folder / program, ignored))) return true;
  }
  return false;
}

TargetRoot::TargetRoot(fs::path target) : target_(std::move(target)) {
  if (!fs::exists(target_ / "etc") || !fs::exists(target_ / "usr/bin"))
    throw Error(fmt::format("{} holds no root file system", target_.string()))
        .hint("the modules 'mount' and 'extrbase' make one");
  if (unshare(CLONE_NEWNS) != 0) throw_errno("make a mount namespace");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) throw_errno("make mounts private");
  for (const char* folder : {"/proc", "/sys", "/dev"}) bind(folder, *this / folder);
  if (mount("tmpfs", (*this / "/run").c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0)
    throw_errno("mount " + (*this / "/run").string());
  fs::create_directories(*this / "/run/lock");
  if (fs::exists("/run/udev")) bind("/run/udev", *this / "/run/udev");
}

base::Command TargetRoot::command(std::vector<std::string> argv, const Options& options) const {
  base::Command command{.argv = std::move(argv),
                        .environment = {{"PATH", path_of_node},
                                        {"HOME", "/root"},
                                        {"TMPDIR", "/tmp"},
                                        {"LUCIE_TARGET", ""},
                                        {"LUCIE_TOKEN", ""},
                                        {"DEBIAN_FRONTEND", "noninteractive"},
                                        {"DEBCONF_NONINTERACTIVE_SEEN", "true"}},
                        .root = target_,
                        .input = options.input,
                        .on_line = options.on_line};
  for (const auto& [name, value] : options.environment) command.environment[name] = value;
  return command;
}

base::Outcome TargetRoot::run(std::vector<std::string> argv, const Options& options) const {
  return base::run(command(std::move(argv), options));
}

void TargetRoot::run_or_throw(std::vector<std::string> argv, const Options& options) const {
  base::run_or_throw(command(std::move(argv), options));
}

}  // namespace lucie::installer
