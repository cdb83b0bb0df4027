#include <filesystem>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "installer/modules/install/apt_status.hpp"
#include "installer/modules/modules.hpp"
#include "installer/target_files.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

/// While it exists, maintainer scripts start no services (invoke-rc.d(8),
/// /usr/share/doc/init-system-helpers). A node's own is left alone.
class NoServices {
 public:
  explicit NoServices(const TargetRoot& root) : file_(root / "/usr/sbin/policy-rc.d") {
    static const std::string text = "#!/bin/sh\n# Made by lucie-installer.\nexit 101\n";
    ours_ = !fs::exists(file_) || base::read_file(file_) == text;  // one left by a run that was killed
    if (ours_) base::write_file(file_, text, 0755);
  }
  ~NoServices() {
    std::error_code ignored;
    if (ours_) fs::remove(file_, ignored);
  }
  NoServices(const NoServices&) = delete;
  NoServices& operator=(const NoServices&) = delete;

 private:
  fs::path file_;
  bool ours_ = false;
};

std::string source_line(const wire::Slice& slice) {
  return fmt::format("deb [trusted=yes] {} {} main\n", slice.repository_url, slice.repository_suite);
}

/// apt in the node: only the locked repository counts, whatever sources the base archive brings; fsync of
/// every unpacked file is left out, since a node that loses power here is installed again. The status goes to
/// a descriptor of its own, which apt closes for dpkg.
std::vector<std::string> apt_get(std::vector<std::string> words) {
  std::vector<std::string> argv = {"sh", "-c", "exec \"$@\" 3>&1", "sh", "apt-get", "--quiet", "--yes"};
  for (const char* option :
       {"Dir::Etc::SourceList=/run/lucie-sources.list", "Dir::Etc::SourceParts=/dev/null",
        "Acquire::Languages=none", "Acquire::Retries=2", "APT::Sandbox::User=root", "APT::Status-Fd=3",
        "APT::Install-Recommends=false", "Dpkg::Use-Pty=0", "Dpkg::Options::=--force-unsafe-io",
        "Dpkg::Options::=--force-confdef", "Dpkg::Options::=--force-confold"}) {
    argv.insert(argv.end(), {"-o", option});
  }
  argv.insert(argv.end(), words.begin(), words.end());
  return argv;
}

TargetRoot::Options telling(base::Reporter& reporter, bool with_progress) {
  TargetRoot::Options options;
  options.on_line = [&reporter, with_progress](std::string_view line) {
    const auto status = read_apt_status(line);
    if (!status) {
      reporter.note(std::string(line));
    } else if (with_progress) {
      reporter.progress(status->text, status->fraction);
    }
  };
  return options;
}

/// The locked packages in one run of apt, which orders and unpacks them best together.
void install_packages(const TargetRoot& root, const ModuleContext& context) {
  root.run_or_throw(apt_get({"update"}), telling(context.reporter, false));
  std::vector<std::string> words = {"--no-install-recommends", "--allow-downgrades",
                                    "--allow-change-held-packages", "install"};
  words.insert(words.end(), context.slice.packages.begin(), context.slice.packages.end());
  root.run_or_throw(apt_get(words), telling(context.reporter, true));
}

void install(ModuleContext& context) {
  const wire::Slice& slice = context.slice;
  const TargetRoot root(context.target);
  if (!root.has("apt-get"))
    throw Error(fmt::format("the base of target '{}' has no apt-get", slice.target))
        .hint("the module 'install' knows targets with deb packages");
  if (slice.packages.empty()) return context.reporter.note("no packages beyond the base");
  if (slice.repository_url.empty()) throw Error("the slice names no package repository");
  base::write_file(root / "/run/lucie-sources.list", source_line(slice));
  {
    const NoServices policy(root);
    install_packages(root, context);
  }
  // The node goes on with the same locked packages; an LMP's own file replaces this one in `configure`.
  write_target_file(root.path(), "/etc/apt/sources.list",
                    "# The packages that are locked for this cluster.\n" + source_line(slice));
  context.reporter.note(fmt::format("{} packages are as locked", slice.packages.size()));
}

}  // namespace

const ShippedModule install_module = {
    .name = "install",
    .description = R"({"version":1,"summary":"install the locked packages","needs":["target"],)"
                   R"("after":["base"],"produces":["packages"],"weight":50,"timeout":7200})",
    .run = install};

}  // namespace lucie::installer
