#include "lmp/commands/build_command.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "lmp/collection.hpp"
#include "lmp/commands/remarks.hpp"
#include "lmp/universes.hpp"
#include "lmp/wording.hpp"
#include "metapackage/package.hpp"

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

std::int64_t stamp(const metapackage::Lmp& lmp) {
  const base::SystemTime newest{std::chrono::seconds(metapackage::newest_file(lmp))};
  return std::chrono::duration_cast<std::chrono::seconds>(base::build_time(newest).time_since_epoch())
      .count();
}

class BuildCommand : public cli::Command {
 public:
  std::string name() const override { return "build"; }
  std::string summary() const override { return "prove LMPs and make their packages"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("DIR", folders_, "folders with LMPs in or below them");
    arguments.required_option("-o,--output", output_, "OUT", "folder that the packages are written to");
    arguments.option("--format", format_, "FORMATS", "formats of the packages: deb, rpm or deb,rpm");
    arguments.option("--compress", compression_, "KIND", "compression of a deb's content",
                     {"xz", "zst", "gz", "none"});
    arguments.option("--collection", others_, "DIR", "LMPs that are not built now: a folder or repository");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const std::set<std::string> formats = formats_from(format_);
    const Collection collection = read_collection(folders_, others_);
    UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
    shelf.add_servers(collection.lmps);
    const metapackage::Proof proof = metapackage::prove(collection.lmps, shelf.asked());
    tell_remarks(proof, terminal);
    if (!proof.faults.empty()) throw FaultsError(proof.faults);
    std::vector<NamedPackage> packages;
    for (const auto& lmp : collection.lmps) {
      const auto& named = collection.named;
      if (std::find(named.begin(), named.end(), lmp.name) == named.end()) continue;
      terminal.progress("building " + lmp.name, -1);
      for (const std::string& format : formats) packages.push_back(build(format, lmp, proof, collection));
    }
    write(packages, terminal);
    terminal.note(summarize(collection.named.size(), proof.relations));
    return ExitStatus::success;
  }

 private:
  using NamedPackage = std::pair<fs::path, std::string>;

  NamedPackage build(const std::string& format, const metapackage::Lmp& lmp, const metapackage::Proof& proof,
                     const Collection& collection) const {
    const fs::path folder = output_;
    if (format == "rpm") {
      const auto package = metapackage::rpm_package(lmp, proof, collection.lmps, stamp(lmp));
      try {
        return {folder / metapackage::rpm_file_name(package), metapackage::write_rpm(package)};
      } catch (Error& error) {
        error.at(lmp.position);
        throw;
      }
    }
    const auto compression = metapackage::compression_from(compression_);
    return {folder / metapackage::deb_file_name(lmp),
            metapackage::build_deb(lmp, proof, collection.lmps, stamp(lmp), compression)};
  }

  /// All packages are made before the first is written.
  void write(const std::vector<NamedPackage>& packages, cli::Terminal& terminal) {
    std::error_code failure;
    fs::create_directories(output_, failure);
    if (failure) throw EnvironmentError(fmt::format("make {}: {}", output_, failure.message()));
    for (const auto& [file, bytes] : packages) {
      base::write_file(file, bytes);
      terminal.print(file.string() + "\n");
    }
  }

  std::vector<std::string> folders_, others_;
  std::string output_, format_ = "deb", compression_ = "xz";
};

}  // namespace

std::unique_ptr<cli::Command> build_command() {
  return std::make_unique<BuildCommand>();
}

}  // namespace lucie::lmp
