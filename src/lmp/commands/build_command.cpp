#include "lmp/commands/build_command.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "lmp/collection.hpp"
#include "lmp/universes.hpp"
#include "lmp/wording.hpp"
#include "metapackage/package.hpp"

namespace lucie::lmp {
namespace fs = std::filesystem;
namespace {

void check_formats(const std::string& formats) {
  for (const std::string& format : base::split_list(formats)) {
    if (format == "rpm") throw UsageError("packages of format 'rpm' cannot be built yet; build 'deb'");
    if (format != "deb") throw UsageError(fmt::format("unknown format '{}'", format));
  }
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
    arguments.option("--format", format_, "FORMAT", "format of the packages: deb");
    arguments.option("--compress", compression_, "KIND", "compression of a deb's content",
                     {"xz", "zst", "gz", "none"});
    arguments.option("--collection", others_, "DIR", "LMPs that are not built now: a folder or repository");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    check_formats(format_);
    const auto compression = metapackage::compression_from(compression_);
    const Collection collection = read_collection(folders_, others_);
    UniverseShelf shelf(definitions_file(terminal.definitions()), terminal);
    const metapackage::Proof proof = metapackage::prove(collection.lmps, shelf.asked());
    if (!proof.faults.empty()) throw FaultsError(proof.faults);
    std::vector<std::pair<fs::path, std::string>> packages;
    for (const auto& lmp : collection.lmps) {
      const auto& named = collection.named;
      if (std::find(named.begin(), named.end(), lmp.name) == named.end()) continue;
      terminal.progress("building " + lmp.name, -1);
      packages.emplace_back(fs::path(output_) / metapackage::deb_file_name(lmp),
                            metapackage::build_deb(lmp, proof, collection.lmps, stamp(lmp), compression));
    }
    write(packages, terminal);
    terminal.note(summarize(packages.size(), proof.relations));
    return ExitStatus::success;
  }

 private:
  /// All packages are made before the first is written.
  void write(const std::vector<std::pair<fs::path, std::string>>& packages, cli::Terminal& terminal) {
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
