#include "setup/deploy.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/tree.hpp"
#include "net/fetch.hpp"
#include "setup/boot_loaders.hpp"
#include "setup/initrd.hpp"
#include "setup/nfs.hpp"
#include "setup/plan.hpp"
#include "setup/pools.hpp"
#include "setup/tree.hpp"

namespace lucie::setup {
namespace fs = std::filesystem;
namespace {

/// STATE/nfsroot leads to the folder that NFS exports.
void make_layout(const base::Paths& paths) {
  for (const char* folder : {"dhcp", "nfs/recovery", "tftp", "base", "boot", "lmp", "cluster/locks"}) {
    fs::create_directories(paths.state / folder);
  }
  fs::create_directories(nfsroot_folder(paths.state));
  fs::create_directories(paths.run);
  base::replace_symlink("exports/nfsroot", paths.state / "nfsroot");
}

/// Seen whole or not at all.
void link_in(const fs::path& from, const fs::path& to) {
  base::write_file_with(to, 0644, [&](const fs::path& beside) { base::link_or_copy(from, beside); });
}

/// There while files change that services have read. When it is there before that, we were killed between the
/// change and the restart, and nobody knows which service has read what. Like the services it ends with a
/// boot.
fs::path unfinished_mark(const base::Paths& paths) {
  return paths.run / "unfinished";
}

std::string image_name(const char* kind, const std::string& installer) {
  return fmt::format("{}/{}", kind, installer);
}

}  // namespace

/// What was built beside: folders that wait to be put in place.
struct Deployer::Staged {
  struct Part {
    std::unique_ptr<base::TemporaryDirectory> holder;  ///< removes what is left of it
    fs::path fresh, place;
  };
  std::vector<Part> parts;
  Deployed deployed;
  bool nfsroots = false;

  fs::path add(const fs::path& place) {
    fs::create_directories(place.parent_path());
    auto holder = std::make_unique<base::TemporaryDirectory>("." + place.filename().string() + "-",
                                                             place.parent_path());
    const fs::path fresh = holder->path() / place.filename();
    fs::create_directory(fresh);
    parts.push_back({std::move(holder), fresh, place});
    return fresh;
  }
};

Deployer::Deployer(const base::Paths& paths, base::Reporter& reporter, ServiceBackend& services,
                   std::function<bool()> cancelled)
    : paths_(paths),
      reporter_(reporter),
      services_(services),
      builder_{paths.cache, paths.templates, std::move(cancelled)} {}

void Deployer::build_images(const Design& design) {
  std::vector<const ImageRecipe*> bases, nfsroots;
  for (const auto& [installer, images] : design.images) {
    bases.push_back(&images.base);
    nfsroots.push_back(&images.nfsroot);
  }
  for (const auto* recipes : {&bases, &nfsroots}) {
    for (const ImageRecipe* recipe : *recipes) builder_.touch(*recipe);
  }
  const auto missing = [this](const ImageRecipe* recipe) { return !fs::exists(builder_.file(*recipe)); };
  if (std::none_of(bases.begin(), bases.end(), missing) &&
      std::none_of(nfsroots.begin(), nfsroots.end(), missing)) {
    return;
  }
  const auto lock =
      builder_.hold([this] { reporter_.note("waiting for another lucie-setup that builds images"); });
  const auto build_all = [this](const std::vector<const ImageRecipe*>& recipes) {
    for (const ImageRecipe* recipe : recipes) builder_.build(*recipe, reporter_);
  };
  // Unpacking and configuring packages keeps one processor busy, so the two kinds go side by side.
  auto beside = std::async(std::launch::async, build_all, bases);
  build_all(nfsroots);
  beside.get();
}

void Deployer::stage_installer(const Design& design, const std::string& installer, Staged& staged) {
  const InstallerImages& images = design.images.at(installer);
  const fs::path image = builder_.file(images.nfsroot);
  const std::string key = images.nfsroot_key(paths_.templates);
  std::string& deployed = staged.deployed.images[image_name("nfsroot", installer)];
  const fs::path place = nfsroot_folder(paths_.state) / installer;
  fs::path root = place;
  const bool fresh_root = deployed != key || !fs::exists(place);
  if (fresh_root) {
    reporter_.progress(fmt::format("unpacking the NFS root of {}", installer), -1);
    root = staged.add(place);
    builder_.unpack(image, root);
    builder_.install(images.local, root, reporter_);
    staged.nfsroots = true;
    deployed = key;
  }
  const fs::path boot_place = paths_.state / "boot" / installer;
  if (!fresh_root && staged.deployed.initrd == initrd_key(paths_.templates) && fs::exists(boot_place)) return;
  const fs::path boot = staged.add(boot_place);
  fs::copy_file(find_kernel(root).image, boot / "vmlinuz");
  write_compressed(make_initrd(root, paths_.templates), boot / "initrd.img");
  for (const char* file : {"vmlinuz", "initrd.img"}) fs::permissions(boot / file, fs::perms(0644));
}

void Deployer::put_in_place(const Design& design, Staged& staged) {
  unfinished_ = fs::exists(unfinished_mark(paths_));
  base::write_file(unfinished_mark(paths_), "");
  for (const auto& [snapshot, tree] : design.lmp_trees) snapshot_tree(tree, paths_.state / snapshot);
  for (const Staged::Part& part : staged.parts) base::swap_in(part.fresh, part.place);
  staged.deployed.initrd = initrd_key(paths_.templates);
  for (const auto& [installer, images] : design.images) {
    staged.deployed.images[image_name("base", installer)] = images.base.key(paths_.templates);
  }
  staged.deployed.pools = load_deployed(paths_).pools;
  store_deployed(paths_, staged.deployed);
}

void Deployer::put_base_archives(Design& design) {
  for (config::CompiledImage& image : design.compiled.images) {
    const fs::path archive = builder_.file(design.images.at(image.installer).base);
    const fs::path place = paths_.state / image.base_archive;
    std::error_code missing;
    if (!fs::exists(place) || !fs::equivalent(archive, place, missing)) link_in(archive, place);
    image.base_sha256 = base::sha256_file_hex(place);
    image.base_size = fs::file_size(place);
  }
}

std::vector<std::string> Deployer::write_files(const Design& design, bool reloads) {
  std::set<std::string> touched;
  for (const GeneratedFile& file : design.files) {
    if (file.reloads != reloads) continue;
    if (fs::exists(file.path) && base::read_file(file.path) == file.content) continue;
    fs::create_directories(file.path.parent_path());
    base::write_file(file.path, file.content);
    touched.insert(file.service);
  }
  return {touched.begin(), touched.end()};
}

void Deployer::tell_lucied(const Service& service, bool cluster_changed) {
  if (!cluster_changed) return;
  net::Request request{.url = "http://lucied/v1/reload", .method = "POST"};
  request.unix_socket = paths_.run / "lucied.sock";
  const auto answer = net::fetch(request);
  if (answer.status < 400) return;
  reporter_.warning(fmt::format("lucied does not reload ({}): it is started anew", answer.body));
  services_.restart(service);
}

void Deployer::start_services(const Design& design, bool nfsroots_changed, bool cluster_changed) {
  const auto touched = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (design.kernel_nfs) {
    base::run_or_throw({.argv = {"systemctl", "start", "nfs-kernel-server"}});
    base::run_or_throw({.argv = {"exportfs", "-ra"}});
  }
  for (const Service& service : own_services(paths_, design.kernel_nfs)) {
    reporter_.progress(fmt::format("starting {} ({})", service.name, service.purpose), -1);
    const bool stale =
        unfinished_ || touched(restart_, service.name) || (service.name == "lucie-nfs" && nfsroots_changed);
    if (stale || !services_.running(service)) {
      services_.restart(service);
      await_ready(services_, service);
    } else if (service.name == "lucied") {
      tell_lucied(service, cluster_changed);
    } else if (touched(reload_, service.name)) {
      services_.reload(service);
    }
  }
  fs::remove(unfinished_mark(paths_));
}

void Deployer::deploy(Design& design) {
  make_layout(paths_);
  fill_pools(paths_, design.lock, reporter_);
  Staged staged;
  staged.deployed = load_deployed(paths_);
  build_images(design);
  for (const auto& [installer, images] : design.images) stage_installer(design, installer, staged);
  if (builder_.cancelled && builder_.cancelled()) throw EnvironmentError("interrupted; nothing was changed");
  put_in_place(design, staged);
  put_base_archives(design);
  install_boot_loaders(paths_, reporter_);
  restart_ = write_files(design, false);
  reload_ = write_files(design, true);
  const auto current = current_cluster(paths_);
  const bool changed = !current || !same_cluster(*current, design.compiled, Compare::built);
  if (changed) {
    base::write_file(kept_lock(paths_, design.compiled.lock), universe::to_json(design.lock));
    design.compiled.made = base::format_time(std::chrono::system_clock::now());
    config::store_compiled(paths_.state, design.compiled);
  } else {
    design.compiled.version = current->version;
  }
  start_services(design, staged.nfsroots, changed);
}

void Deployer::rebuild_nfsroots(const Design& design) {
  make_layout(paths_);
  fill_pools(paths_, design.lock, reporter_);
  Staged staged;
  staged.deployed = load_deployed(paths_);
  for (const auto& [installer, images] : design.images) {
    std::error_code missing;
    fs::remove(builder_.file(images.nfsroot), missing);
    staged.deployed.images.erase(image_name("nfsroot", installer));
  }
  build_images(design);
  for (const auto& [installer, images] : design.images) stage_installer(design, installer, staged);
  if (builder_.cancelled && builder_.cancelled()) throw EnvironmentError("interrupted; nothing was changed");
  put_in_place(design, staged);
  if (current_cluster(paths_)) start_services(design, true, false);
}

}  // namespace lucie::setup
