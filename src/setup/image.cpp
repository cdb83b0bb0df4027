#include "setup/image.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "universe/package_cache.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

const char* kind_name(ImageRecipe::Kind kind) {
  return kind == ImageRecipe::Kind::nfsroot ? "nfsroot" : "base";
}

std::string names_of(const std::vector<universe::Package>& packages) {
  std::vector<std::string> names;
  for (const auto& package : packages) names.push_back(package.name);
  return base::join(names, ",");
}

/// Options in which the two kinds differ. The NFS root needs no initrd of its own (ours is made apart) and
/// nobody reads documentation in it.
std::vector<std::string> kind_options(ImageRecipe::Kind kind) {
  if (kind == ImageRecipe::Kind::base) return {};
  std::vector<std::string> options;
  for (const char* folder : {"doc", "info", "locale", "man"}) {
    options.push_back(fmt::format("--dpkgopt=path-exclude=/usr/share/{}/*", folder));
  }
  return options;
}

/// mmdebstrap, in namespaces of its own so that nothing of it is left when we are killed.
base::Command mmdebstrap(const ImageRecipe& recipe, const fs::path& templates, const fs::path& pool,
                         const fs::path& work, const fs::path& image) {
  base::Command command;
  command.argv = {"unshare",
                  "--mount",
                  "--pid",
                  "--fork",
                  "--kill-child",
                  "--mount-proc",
                  "mmdebstrap",
                  "--mode=root",
                  "--variant=apt",
                  "--format=tar",
                  "--architectures=" + recipe.architecture,
                  "--aptopt=APT::Install-Recommends \"false\"",
                  "--dpkgopt=force-unsafe-io",
                  "--include=" + names_of(recipe.packages),
                  fmt::format("--customize-hook=sh {} \"$1\"",
                              base::shell_quote((templates / "image" / kind_name(recipe.kind)).string()))};
  const auto options = kind_options(recipe.kind);
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.insert(
      command.argv.end(),
      {"lucie", image.string(), fmt::format("deb [trusted=yes] copy:{} lucie main", pool.string())});
  command.environment = {{"TMPDIR", work.string()}, {"DEBIAN_FRONTEND", "noninteractive"}};
  if (recipe.kind == ImageRecipe::Kind::nfsroot) command.environment["INITRD"] = "No";
  return command;
}

/// Of mmdebstrap's messages ("I: extracting archives...") the stages that take time.
std::function<void(std::string_view)> stages_to(base::Reporter& reporter, const std::string& doing) {
  return [&reporter, doing](std::string_view line) {
    if (!line.starts_with("I: ")) return;
    line.remove_prefix(3);
    for (const std::string_view stage : {"downloading", "extracting", "installing", "creating"}) {
      if (line.starts_with(stage)) reporter.progress(fmt::format("{}: {}", doing, line), -1);
    }
  };
}

void run_build(const base::Command& command, const ImageRecipe& recipe) {
  const auto outcome = base::run(command);
  if (outcome.success()) return;
  if (command.cancelled && command.cancelled()) throw EnvironmentError("interrupted; nothing was changed");
  auto lines = base::split(base::trim(outcome.error + outcome.output), '\n');
  lines.erase(lines.begin(), lines.end() - std::min<std::ptrdiff_t>(std::ssize(lines), 15));
  throw EnvironmentError(fmt::format("mmdebstrap for the {} of installer '{}' failed ({}):\n{}",
                                     kind_name(recipe.kind), recipe.installer, outcome.describe(),
                                     base::join(lines, "\n")));
}

}  // namespace

std::string ImageRecipe::key(const fs::path& templates) const {
  std::vector<std::string> lines;
  for (const auto& package : packages) lines.push_back(package.name + " " + package.sha256);
  std::sort(lines.begin(), lines.end());
  base::Sha256 digest;
  digest.add(fmt::format("{} {}\n{}\n", kind_name(kind), architecture, base::join(lines, "\n")));
  digest.add(base::join(kind_options(kind), " ") + base::read_file(templates / "image" / kind_name(kind)));
  return digest.finish_hex();
}

fs::path ImageBuilder::file(const ImageRecipe& recipe) const {
  return cache / "images" / (recipe.key(templates) + ".tar.zst");
}

base::FileLock ImageBuilder::hold(const std::function<void()>& waiting) const {
  const fs::path folder = cache / "images";
  fs::create_directories(folder);
  base::FileLock lock(folder / ".lock", waiting);
  std::error_code error;
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::days(30);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    const bool leftover = name.starts_with("build-") || name.find(".new-") != std::string::npos;
    const bool unused = entry.path().extension() == ".zst" && entry.last_write_time(error) < long_ago;
    if (leftover || unused) fs::remove_all(entry.path(), error);
  }
  return lock;
}

fs::path ImageBuilder::build(const ImageRecipe& recipe, base::Reporter& reporter) const {
  const fs::path image = file(recipe);
  if (fs::exists(image)) return image;
  fs::create_directories(image.parent_path());
  const std::string doing = fmt::format("{} of {}", kind_name(recipe.kind), recipe.installer);
  universe::fetch_packages(recipe.packages, cache, reporter);
  const base::TemporaryDirectory work("build-", image.parent_path());
  fs::permissions(work.path(), fs::perms(0755));  // apt's own user reads the pool
  universe::write_pool(recipe.packages, "lucie", {recipe.architecture}, cache, work.path() / "pool",
                       reporter);
  base::write_file_with(image, 0644, [&](const fs::path& beside) {
    const fs::path made = work.path() / "image.tar.zst";
    auto command = mmdebstrap(recipe, templates, work.path() / "pool", work.path(), made);
    command.on_line = stages_to(reporter, doing);
    command.cancelled = cancelled;
    run_build(command, recipe);
    fs::rename(made, beside);
  });
  return image;
}

void ImageBuilder::touch(const ImageRecipe& recipe) const {
  std::error_code ignored;
  fs::last_write_time(file(recipe), fs::file_time_type::clock::now(), ignored);
}

void ImageBuilder::install(const std::vector<universe::Package>& packages, const fs::path& root,
                           base::Reporter& reporter) const {
  if (packages.empty()) return;
  universe::fetch_packages(packages, cache, reporter);
  const base::TemporaryDirectory folder("packages-", root);
  base::Command command;
  command.argv = {"dpkg", "--force-unsafe-io", "--install"};
  for (const auto& package : packages) {
    const std::string name = package.name + ".deb";
    fs::copy_file(universe::cached_package(cache, package), folder.path() / name);
    command.argv.push_back("/" + (folder.path().filename() / name).string());
  }
  command.root = root;
  command.environment = {{"DEBIAN_FRONTEND", "noninteractive"}, {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}};
  base::run_or_throw(command);
}

void ImageBuilder::unpack(const fs::path& image, const fs::path& folder) const {
  base::Command command;
  command.argv = {"tar",
                  "--zstd",
                  "--extract",
                  "--file=" + image.string(),
                  "--numeric-owner",
                  "--preserve-permissions",
                  "--xattrs",
                  "--xattrs-include=*",
                  "--directory=" + folder.string()};
  command.cancelled = cancelled;
  base::run_or_throw(command);
}

}  // namespace lucie::setup
