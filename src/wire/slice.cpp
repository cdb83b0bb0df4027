#include "wire/slice.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "wire/whole_number.hpp"

namespace lucie::wire {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SlicePartition, mount_point, file_system, least, most, options)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SliceScript, lmp, name, path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SliceDataset, name, destination, sha256, size, unpack)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SliceAgent, address, port, server, interval, key)
// What a later Lucie adds may be missing in an older server's answer.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Slice, host, domain, mac_address, address, netmask, gateway,
                                                dns, ntp, lucie_group, installer, target, architecture,
                                                modules, disk, label, partitions, base_url, base_sha256,
                                                base_size, repository_url, repository_suite, packages,
                                                host_keys_url, overlay_url, scripts_url, scripts, environment,
                                                answers, root_password_hash, ssh_authorized_keys,
                                                kernel_options, datasets, ring_port, ring_key, ring_trust,
                                                agent, timeouts, retries, server_time)

namespace {

constexpr int slice_version = 1;

/// All numbers of a slice are whole; the library would make any number of 1e30.
bool is_taken(int, nlohmann::json::parse_event_t, nlohmann::json& value) {
  if (value.is_number_float())
    throw Error(fmt::format("this is no slice of a compiled cluster: {} in it", value.dump()));
  return true;
}

}  // namespace

std::string received_as(const SliceDataset& dataset) {
  std::string place = dataset.destination.substr(
      std::min(dataset.destination.find_first_not_of('/'), dataset.destination.size()));
  while (place.ends_with('/')) place.pop_back();
  if (!dataset.unpack) return place;
  return fmt::format("{}{}.dataset-{}", place, place.empty() ? "" : "/", dataset.name);
}

std::string to_json(const Slice& slice) {
  nlohmann::json record = slice;
  record["version"] = slice_version;
  return record.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Slice slice_from_json(const std::string& text) {
  try {
    const auto record = nlohmann::json::parse(text, is_taken);
    if (const int version = whole_number<int>(record.at("version")); version != slice_version) {
      throw Error(
          fmt::format("slice of format {}, but this program knows format {}", version, slice_version));
    }
    for (const char* key : {"host", "installer", "target", "modules"}) record.at(key);
    return record.get<Slice>();
  } catch (const nlohmann::json::exception& problem) {
    throw Error(fmt::format("this is no slice of a compiled cluster: {}", problem.what()));
  }
}

}  // namespace lucie::wire
