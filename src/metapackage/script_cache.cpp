#include "metapackage/script_cache.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "base/process.hpp"

namespace lucie::metapackage {
namespace {

/// What readings depend on beside the text: this program, and the shfmt that it would ask.
std::string makers_of_readings() {
  const std::filesystem::path shfmt = base::find_in_path("shfmt");
  struct stat status {};
  if (shfmt.empty() || stat(shfmt.c_str(), &status) != 0) return "no shfmt";
  return fmt::format("{}\n{} {} {}.{} {}.{}", base::program_stamp(), shfmt.string(), status.st_size,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                     status.st_ctim.tv_nsec);
}

std::string reading_key(const std::string& text, Place place) {
  return base::sha256_hex(text) + (place == Place::node ? " node" : " installer");
}

struct Reading {
  std::vector<Use> uses;
  std::vector<Unknown> unknown;
};

nlohmann::json conditions_to_json(const std::vector<AnswerCondition>& conditions) {
  auto json = nlohmann::json::array();
  for (const AnswerCondition& condition : conditions)
    json.push_back({condition.variable, condition.answers, condition.negated});
  return json;
}

/// The file's name is left out: the same program may stand in several.
std::string packed_reading(const Reading& reading) {
  auto uses = nlohmann::json::array(), unknown = nlohmann::json::array();
  for (const Use& use : reading.uses) {
    uses.push_back({static_cast<int>(use.deed), use.name, use.position.line, use.position.column,
                    conditions_to_json(use.conditions)});
  }
  for (const Unknown& one : reading.unknown) {
    unknown.push_back({static_cast<int>(one.why), static_cast<int>(one.deed), one.text, one.position.line,
                       one.position.column});
  }
  std::string bytes;
  nlohmann::json::to_cbor(nlohmann::json::array({uses, unknown}), bytes);
  return bytes;
}

Reading unpacked_reading(const std::string& bytes, const std::string& file) {
  const auto json = nlohmann::json::from_cbor(bytes);
  Reading reading;
  for (const auto& one : json.at(0)) {
    Use use{static_cast<Use::Deed>(one.at(0).get<int>()), one.at(1), {file, one.at(2), one.at(3)}, {}};
    for (const auto& condition : one.at(4))
      use.conditions.push_back({condition.at(0), condition.at(1), condition.at(2)});
    reading.uses.push_back(std::move(use));
  }
  for (const auto& one : json.at(1)) {
    reading.unknown.push_back({static_cast<Unknown::Why>(one.at(0).get<int>()),
                               static_cast<Use::Deed>(one.at(1).get<int>()),
                               one.at(2),
                               {file, one.at(3), one.at(4)}});
  }
  return reading;
}

bool all_in(const Reading& reading, const std::string& file) {
  const auto is_there = [&](const auto& one) { return one.position.file == file; };
  return std::ranges::all_of(reading.uses, is_there) && std::ranges::all_of(reading.unknown, is_there);
}

}  // namespace

ScriptCache::ScriptCache(const std::filesystem::path& cache)
    : cache_(cache.empty() ? cache : cache / "proofs", "scripts", cache.empty() ? "" : makers_of_readings()) {
}

bool ScriptCache::knows(const std::string& text) const {
  return cache_.works() &&
         (cache_.has(reading_key(text, Place::node)) || cache_.has(reading_key(text, Place::installer)));
}

std::vector<Use> ScriptCache::uses(const std::string& text, const std::string& file, Place place,
                                   std::vector<Fault>& faults, std::vector<Unknown>& unknown) {
  if (!cache_.works()) return program_uses(text, file, place, faults, unknown);
  const std::string key = reading_key(text, place);
  Reading reading;
  if (const auto known = cache_.find(key)) {
    reading = unpacked_reading(*known, file);
  } else {
    const std::size_t before = faults.size();
    reading.uses = program_uses(text, file, place, faults, reading.unknown);
    if (faults.size() == before && all_in(reading, file)) cache_.keep(key, packed_reading(reading));
  }
  std::ranges::move(reading.unknown, std::back_inserter(unknown));
  return std::move(reading.uses);
}

}  // namespace lucie::metapackage
