#include "metapackage/manifest.hpp"

#include "accepting.hpp"

using namespace lucie;

namespace {

/// The tree that the manifest stands in: files that its `file` blocks can name, questions that its conditions
/// can.
metapackage::Lmp tree_without_manifest() {
  static const fuzz::InputFile templates("debconf/templates");
  static const bool written = [] {
    std::filesystem::create_directories(templates.path().parent_path());
    templates.write(
        "Template: lmp-mpi/flavour\nType: select\nChoices: openmpi, mpich\nDescription: which\n\n"
        "Template: lmp-mpi/utc\nType: boolean\nDescription: whether\n");
    return true;
  }();
  fuzz::demand(written, "the questions can be written");
  metapackage::Lmp lmp;
  lmp.tree = templates.path().parent_path().parent_path();
  for (const char* path : {"/etc/mpi.conf", "/etc/hosts"})
    lmp.files.push_back({.path = path, .variants = {{"", lmp.tree / "lmp.conf"}}});
  return lmp;
}

}  // namespace

/// lmp.conf of an LMP (lmp.conf(5)).
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  metapackage::Lmp lmp = tree_without_manifest();
  fuzz::accepts([&] {
    config::Text text = config::parse_text(fuzz::text_of(bytes, size), (lmp.tree / "lmp.conf").string(),
                                           config::Includes::refused);
    config::check_schema(text.blocks, config::manifest_types(), text.faults);
    metapackage::read_manifest(text.blocks, lmp, text.faults);
    metapackage::apply_file_blocks(text.blocks, lmp, text.faults);
    sort_faults(text.faults);
    fuzz::demand_shown(text.faults);
    for (const std::string& target : lmp.targets())
      lmp.packages(target, {{"flavour", "openmpi"}, {"utc", "true"}});
  });
  return 0;
}
