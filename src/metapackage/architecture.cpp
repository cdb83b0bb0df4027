#include <elf.h>
#include <fmt/format.h>

#include "metapackage/manifest.hpp"

/// Programs in the tree against the manifest's architecture.
namespace lucie::metapackage {
namespace {

namespace fs = std::filesystem;

/// Up to the field that names the processor.
constexpr std::size_t header_start = 20;

/// "amd64" or "arm64" for a program of these, by the start of its ELF header (elf(5)). Empty for everything
/// else: firmware, boot loaders' modules and the like are for other processors than the node's own.
std::string architecture_of(const std::string& start) {
  if (start.size() < header_start || !start.starts_with(ELFMAG)) return {};
  const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(start[place]); };
  const bool big = byte(EI_DATA) == ELFDATA2MSB;
  const unsigned machine = big ? byte(18) << 8U | byte(19) : byte(19) << 8U | byte(18);
  if (machine == EM_X86_64) return "amd64";
  return machine == EM_AARCH64 ? "arm64" : "";
}

}  // namespace

void check_architecture(const Lmp& lmp, std::vector<Fault>& faults) {
  const auto check = [&](const fs::path& file) {
    const std::string found = architecture_of(lmp.texts->start(file, header_start));
    if (found.empty() || found == lmp.architecture) return;
    const bool all = lmp.architecture == "all";
    faults.push_back({{file.string(), 0, 0},
                      fmt::format("it is a program for {}, and the LMP is for {}", found, lmp.architecture),
                      all ? fmt::format("write 'architecture {}' into lmp.conf", found) : std::string()});
  };
  for (const NodeFile& file : lmp.files) {
    for (const auto& [name, source] : file.variants) check(source);
  }
  for (const auto* programs : {&lmp.scripts, &lmp.agents, &lmp.modules}) {
    for (const fs::path& program : *programs) check(program);
  }
}

}  // namespace lucie::metapackage
