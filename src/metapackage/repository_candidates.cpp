#include "metapackage/repository_candidates.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "metapackage/parallel.hpp"
#include "metapackage/repository_files.hpp"

namespace lucie::metapackage {
namespace fs = std::filesystem;
namespace {

Candidate read_candidate(const fs::path& file, const Formats& formats) {
  std::error_code missing;
  const fs::file_type type = fs::status(file, missing).type();
  // Opening a pipe would wait for ever.
  if (type != fs::file_type::regular && type != fs::file_type::not_found) throw Error("it is not a file");
  const std::string bytes = base::read_file(file);
  for (const auto& format : formats) {
    if (!format->takes(bytes)) continue;
    return {.source = file,
            .format = format.get(),
            .package = format->list(file, bytes, ""),
            .identity = format->identity(bytes),
            .sha256 = base::sha256_hex(bytes)};
  }
  throw Error("it is neither a Debian package nor an rpm");
}

/// One of each package; a fault for those of the same version with different content.
std::vector<Candidate> without_doubles(std::vector<Candidate> all, std::vector<Fault>& faults) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, const Candidate*> seen;
  std::vector<Candidate> different;
  different.reserve(all.size());
  for (Candidate& candidate : all) {
    const Listed& package = candidate.package;
    const auto [found, is_new] = seen.emplace(
        std::tuple(candidate.format->name(), package.name, package.version, package.architecture), nullptr);
    if (is_new) {
      different.push_back(std::move(candidate));
      found->second = &different.back();
    } else if (found->second->identity != candidate.identity) {
      faults.push_back({{candidate.source.string(), 0, 0},
                        fmt::format("{} {} is given twice, with another content in {}", package.name,
                                    package.version, found->second->source.string()),
                        "publish one of them"});
    }
  }
  return different;
}

}  // namespace

std::vector<Candidate> read_candidates(const std::vector<fs::path>& files, const Formats& formats) {
  std::vector<Candidate> candidates(files.size());
  std::vector<Fault> found(files.size());
  in_parallel(files.size(), [&](std::size_t number) {
    try {
      candidates[number] = read_candidate(files[number], formats);
    } catch (Error& error) {
      error.at({files[number].string(), 0, 0});
      if (error.status() != ExitStatus::input) throw;
      found[number] = error.fault();
    }
  });
  std::vector<Fault> faults;
  std::copy_if(found.begin(), found.end(), std::back_inserter(faults),
               [](const Fault& fault) { return !fault.message.empty(); });
  std::erase_if(candidates, [](const Candidate& candidate) { return candidate.format == nullptr; });
  candidates = without_doubles(std::move(candidates), faults);
  if (!faults.empty()) throw FaultsError(std::move(faults));
  return candidates;
}

void copy_candidate(Candidate& candidate, const std::string& key, const fs::path& into) {
  std::string bytes = base::read_file(candidate.source);
  if (base::sha256_hex(bytes) != candidate.sha256) {
    throw Error("it was changed while it was published").at({candidate.source.string(), 0, 0});
  }
  const bool signing = candidate.format->signs_packages() && !key.empty();
  if (signing) bytes = candidate.format->pool_bytes(std::move(bytes), key);
  write_new_file(into, bytes);
  if (signing) candidate.package = candidate.format->list(into, bytes, candidate.package.file);
}

}  // namespace lucie::metapackage
