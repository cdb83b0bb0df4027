#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "config/modules.hpp"
#include "config/reading.hpp"
#include "config/value.hpp"

/// Installers, with `full`, `repair` and `data` for those who define none.
namespace lucie::config {
namespace {

constexpr std::array<std::string_view, 7> standard_order = {"init",    "partition", "mount",   "extrbase",
                                                            "install", "configure", "finalize"};

/// Figure 4 of the paper: (a) full, (b) repair, (c) data. The data come while packages are installed.
std::vector<std::string> standard_modules(const std::string& installer) {
  if (installer == "repair") return {"init", "mount", "configure", "finalize"};
  std::vector<std::string> modules(standard_order.begin(), standard_order.end());
  if (installer == "data") modules.insert(std::ranges::find(modules, "mount") + 1, "dolly");
  return modules;
}

std::string standard_kernel(const std::string& target, const std::string& architecture) {
  if (target.starts_with("debian-") || target.starts_with("devuan-")) return "linux-image-" + architecture;
  if (target.starts_with("ubuntu-")) return "linux-image-generic";
  return "kernel";
}

void fill_in(Installer& installer, const ReadOptions& options) {
  if (installer.modules.empty()) installer.modules = standard_modules(installer.name);
  if (installer.target.empty()) installer.target = options.own_target;
  if (installer.architecture.empty()) installer.architecture = "amd64";
  if (installer.kernel_package.empty()) {
    installer.kernel_package = standard_kernel(installer.target, installer.architecture);
  }
}

class InstallerReader {
 public:
  explicit InstallerReader(Reading& reading) : reading_(reading) {}

  void read(const Definition& definition) {
    reading_.has_required(definition);
    if (definition.identity() == nullptr) return;
    Installer installer{.name = definition.identity()->value, .position = definition.position()};
    const std::size_t number = reading_.cluster.installers.size();
    if (!reading_.enter(reading_.installer_index, installer.name, number, definition)) return;
    const auto text = [&](std::string_view key, const std::string& standard = {}) {
      return reading_.text(definition, key, standard);
    };
    installer.target = text("target");
    installer.architecture = text("architecture");
    installer.modules = modules(definition);
    installer.lmp_root = text("lmp_root", installer.lmp_root);
    installer.nfsroot_packages = reading_.words(definition, "nfsroot_packages");
    installer.kernel_package = text("kernel_package");
    installer.kernel_options = text("kernel_options");
    installer.root_password_hash = text("root_password_hash");
    installer.ssh_authorized_keys = reading_.words(definition, "ssh_authorized_keys");
    installer.mode = text("mode", installer.mode);
    fill_in(installer, reading_.options);
    installer.package_servers = package_servers(definition, installer);
    read_by_module(definition, installer);
    reading_.cluster.installers.push_back(std::move(installer));
  }

 private:
  /// The modules; each once, those that we know in the only order in which they work.
  std::vector<std::string> modules(const Definition& definition) {
    std::vector<std::string> modules;
    auto latest = standard_order.begin();
    for (const Item& item : reading_.items(definition, "modules")) {
      if (std::ranges::find(modules, item.text) != modules.end()) {
        reading_.fault(item.position, fmt::format("module '{}' stands twice in this list", item.text));
        continue;
      }
      const auto place = std::ranges::find(standard_order, item.text);
      if (place != standard_order.end() && place < latest) {
        reading_.fault(item.position, fmt::format("module '{}' cannot run after '{}'", item.text, *latest),
                       "the order is " + base::join({standard_order.begin(), standard_order.end()}, ", "));
      } else if (place != standard_order.end()) {
        latest = place;
      }
      check_dolly(item, modules);
      modules.push_back(item.text);
    }
    return modules;
  }

  /// Data need the mounted file systems.
  void check_dolly(const Item& item, const std::vector<std::string>& before) {
    const auto has = [&](const char* name) { return std::ranges::find(before, name) != before.end(); };
    if (item.text == "dolly" && (!has("mount") || has("finalize")))
      reading_.fault(item.position, "module 'dolly' must stand after 'mount' and before 'finalize'",
                     "it runs side by side with 'extrbase' and 'install' wherever it stands between them");
  }

  /// Those named; nobody named: all of the target.
  std::vector<std::string> package_servers(const Definition& definition, const Installer& installer) {
    std::vector<std::string> names;
    const ListSetting setting = definition.list("package_servers");
    for (const Attribute* part : setting.parts) {
      for (const Item& item : part->items()) {
        reading_.check_reference(*part, item, "package_server", reading_.server_index);
        check_target(item, installer);
        names.push_back(item.text);
      }
    }
    if (setting.said) return names;
    for (const PackageServer& server : reading_.cluster.package_servers) {
      if (server.kind != "lmp" && server.target == installer.target) names.push_back(server.name);
    }
    return names;
  }

  void check_target(const Item& item, const Installer& installer) {
    const auto found = reading_.server_index.find(item.text);
    if (found == reading_.server_index.end()) return;
    const PackageServer& server = reading_.cluster.package_servers[found->second.number];
    if (server.kind == "lmp" || server.target.empty() || server.target == installer.target) return;
    reading_.fault(item.position,
                   fmt::format("package_server '{}' is for target '{}', but installer '{}' for '{}'",
                               server.name, server.target, installer.name, installer.target));
  }

  void read_by_module(const Definition& definition, Installer& installer) {
    for (const Item& item : reading_.items(definition, "timeouts")) {
      const auto [module, value] = module_and_value(item.text);
      const auto limit = parse_duration(value);
      if (limit && is_module(item, module, installer)) installer.timeouts[module] = *limit;
    }
    for (const Item& item : reading_.items(definition, "retries")) {
      const auto [module, value] = module_and_value(item.text);
      const auto times = parse_number(value);
      if (times && is_module(item, module, installer)) installer.retries[module] = *times;
    }
  }

  bool is_module(const Item& item, const std::string& module, const Installer& installer) {
    if (std::ranges::find(installer.modules, module) != installer.modules.end()) return true;
    NameIndex known;
    for (const std::string& name : installer.modules) known.try_emplace(name);
    reading_.fault(item.position, fmt::format("installer '{}' has no module '{}'", installer.name, module),
                   reading_.did_you_mean(module, known));
    return false;
  }

  Reading& reading_;
};

/// An installer that nobody defined: as `full` is, with its own modules.
void add_standard(Reading& reading, const std::string& name) {
  if (reading.installer_index.contains(name)) return;
  Installer installer;
  if (const Installer* full = reading.cluster.installer("full")) installer = *full;
  installer.name = name;
  installer.modules = standard_modules(name);
  const auto has = [&](const std::string& module) {
    return std::ranges::find(installer.modules, module) != installer.modules.end();
  };
  std::erase_if(installer.timeouts, [&](const auto& each) { return !has(each.first); });
  std::erase_if(installer.retries, [&](const auto& each) { return !has(each.first); });
  fill_in(installer, reading.options);
  if (installer.package_servers.empty()) {
    for (const PackageServer& server : reading.cluster.package_servers) {
      if (server.kind != "lmp" && server.target == installer.target)
        installer.package_servers.push_back(server.name);
    }
  }
  reading.installer_index[name] = {reading.cluster.installers.size(), installer.position};
  reading.cluster.installers.push_back(std::move(installer));
}

}  // namespace

std::vector<std::string> shipped_modules() {
  std::vector<std::string> modules(standard_order.begin(), standard_order.end());
  modules.insert(modules.end(), {"dolly", "remotelogin"});
  return modules;
}

void read_installers(Reading& reading) {
  InstallerReader reader(reading);
  for (const Definition& definition : reading.inheritance.definitions("installer")) reader.read(definition);
  add_standard(reading, "full");
  add_standard(reading, "repair");
  add_standard(reading, "data");
}

}  // namespace lucie::config
