#include "lmp/commands/build_command.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <thread>

#include "base/text.hpp"
#include "lmp/collection.hpp"
#include "lmp/commands/remarks.hpp"
#include "lmp/package_folder.hpp"
#include "lmp/universes.hpp"
#include "lmp/wording.hpp"
#include "metapackage/package.hpp"
#include "metapackage/parallel.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

/// The formats to build, each once.
std::set<std::string> formats_from(const std::string& list) {
  std::set<std::string> formats;
  for (const std::string& format : base::split_list(list)) {
    if (format != "deb" && format != "rpm") {
      throw UsageError(fmt::format("unknown format '{}'", format)).hint("the formats are deb and rpm");
    }
    formats.insert(format);
  }
  if (formats.empty()) throw UsageError("--format names no format").hint("the formats are deb and rpm");
  return formats;
}

class BuildCommand : public cli::Command {
 public:
  std::string name() const override { return "build"; }
  std::string summary() const override { return "prove LMPs and make their packages"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("DIR", folders_, "folders with LMPs in or below them");
    arguments.required_option("-o,--output", output_, "OUT", "folder that the packages are written to");
    arguments.option("--format", format_, "FORMATS", "formats of the packages: deb, rpm or deb,rpm");
    arguments.option("--compress", compression_, "KIND[:LEVEL]",
                     "compression of a deb: xz (6), zstd (19), gzip (9) or none");
    arguments.option("--collection", others_, "DIR", "LMPs that are not built now: a folder or repository");
    arguments.flag("--no-cache", no_cache_, "prove all anew, and keep nothing of it");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const std::set<std::string> formats = formats_from(format_);
    packing_ = metapackage::packing_from(compression_);
    const Collection collection = read_collection(folders_, others_);
    UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
    shelf.add_servers(collection.lmps);
    if (!no_cache_) shelf.remember();
    const metapackage::Proof proof =
        metapackage::prove(collection.lmps, shelf.asked(), {.cache = shelf.cache()});
    tell_remarks(proof, terminal);
    if (!proof.faults.empty()) throw FaultsError(proof.faults);
    PackageFolder folder(output_);
    for (const std::string& name : write(formats, proof, collection, folder, terminal)) folder.add(name);
    // What was proved and packed must be what lies there: a change in between is a package of two halves.
    for (const auto& lmp : collection.lmps) metapackage::check_unchanged(lmp);
    for (const fs::path& file : folder.finish()) terminal.print(file.string() + "\n");
    terminal.note(summarize(collection.named.size(), proof.relations));
    return ExitStatus::success;
  }

 private:
  /// Makes all packages, as many at once as there are processors. Returns their names, in order.
  std::vector<std::string> write(const std::set<std::string>& formats, const metapackage::Proof& proof,
                                 const Collection& collection, const PackageFolder& folder,
                                 cli::Terminal& terminal) const {
    std::vector<std::pair<const metapackage::Lmp*, std::string>> wanted;
    for (const auto& lmp : collection.lmps) {
      if (!std::ranges::binary_search(collection.named, lmp.name)) continue;
      for (const std::string& format : formats) wanted.emplace_back(&lmp, format);
    }
    std::vector<std::string> names(wanted.size());
    const auto own_thread = std::this_thread::get_id();
    metapackage::in_parallel(wanted.size(), [&](std::size_t number) {
      const auto& [lmp, format] = wanted[number];
      if (std::this_thread::get_id() == own_thread) terminal.progress("building " + lmp->name, -1);
      const auto [name, bytes] = make(format, *lmp, proof, collection);
      folder.write(names[number] = name, bytes);
    });
    return names;
  }

  /// The name and the bytes of a package.
  std::pair<std::string, std::string> make(const std::string& format, const metapackage::Lmp& lmp,
                                           const metapackage::Proof& proof,
                                           const Collection& collection) const {
    const std::int64_t time = metapackage::package_time(lmp);
    try {
      if (format == "deb")
        return {metapackage::deb_file_name(lmp),
                metapackage::build_deb(lmp, proof, collection.lmps, time, packing_)};
      const auto package = metapackage::rpm_package(lmp, proof, collection.lmps, time);
      return {metapackage::rpm_file_name(package), metapackage::write_rpm(package)};
    } catch (EnvironmentError&) {
      throw;
    } catch (Error& error) {
      error.at(lmp.position);
      throw;
    }
  }

  std::vector<std::string> folders_, others_;
  std::string output_, format_ = "deb", compression_ = "xz";
  bool no_cache_ = false;
  metapackage::Packing packing_;
};

}  // namespace

std::unique_ptr<cli::Command> build_command() {
  return std::make_unique<BuildCommand>();
}

}  // namespace lucie::lmp
