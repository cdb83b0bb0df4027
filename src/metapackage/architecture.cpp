#include <array>
#include <elf.h>
#include <fmt/format.h>
#include <fstream>

#include "metapackage/manifest.hpp"

/// Programs in the tree against the manifest's architecture.
namespace lucie::metapackage {
namespace {

namespace fs = std::filesystem;

/// "amd64" or "arm64" for a program of these, by the start of its ELF header (elf(5)). Empty for everything
/// else: firmware, boot loaders' modules and the like are for other processors than the node's own.
std::string architecture_of(const fs::path& file) {
  std::array<unsigned char, 20> start{};
  std::ifstream input(file, std::ios::binary);
  input.read(reinterpret_cast<char*>(start.data()), start.size());
  if (input.gcount() != static_cast<std::streamsize>(start.size())) return {};
  if (!std::equal(start.begin(), start.begin() + SELFMAG, ELFMAG)) return {};
  const bool big = start[EI_DATA] == ELFDATA2MSB;
  const unsigned machine = big ? start[18] << 8U | start[19] : start[19] << 8U | start[18];
  if (machine == EM_X86_64) return "amd64";
  return machine == EM_AARCH64 ? "arm64" : "";
}

}  // namespace

void check_architecture(const Lmp& lmp, std::vector<Fault>& faults) {
  const auto check = [&](const fs::path& file) {
    const std::string found = architecture_of(file);
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
