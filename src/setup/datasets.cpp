#include "setup/datasets.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/files.hpp"

namespace lucie::setup {
namespace {

namespace fs = std::filesystem;

/// What a file looks like from outside; another content shows in it.
std::string look_of(const struct stat& status) {
  return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

/// Digests of files, by path and look; CACHE/datasets.json.
class DigestCache {
 public:
  explicit DigestCache(const fs::path& cache) : file_(cache / "datasets.json") {
    if (fs::exists(file_)) record_ = nlohmann::json::parse(base::read_file(file_), nullptr, false);
    if (!record_.is_object()) record_ = nlohmann::json::object();
  }

  std::string digest(const std::string& path, const std::string& look) {
    const auto known = record_.find(path);
    if (known != record_.end() && known->is_object() && known->value("look", "") == look)
      return known->value("sha256", "");
    const std::string sha256 = base::sha256_file_hex(path);
    record_[path] = {{"look", look}, {"sha256", sha256}};
    try {
      fs::create_directories(file_.parent_path());
      base::write_file(file_, record_.dump(1) + "\n");
    } catch (const std::exception&) {  // then it is read once more the next time
    }
    return sha256;
  }

 private:
  fs::path file_;
  nlohmann::json record_ = nlohmann::json::object();
};

/// What is wrong with the dataset's source; no message: nothing.
Fault fault_of(const config::Dataset& dataset, DigestCache& digests) {
  struct stat status {};
  Fault fault{.where = dataset.position};
  const std::string what = fmt::format("dataset '{}': {}", dataset.name, dataset.source);
  if (stat(dataset.source.c_str(), &status) != 0 || access(dataset.source.c_str(), R_OK) != 0) {
    fault.message = fmt::format("{}: {}", what, std::strerror(errno));
  } else if (S_ISDIR(status.st_mode)) {
    fault.message = what + " is a folder";
    fault.hint = "make an archive of it with tar, and say 'unpack yes'";
  } else if (!S_ISREG(status.st_mode)) {
    fault.message = what + " is no regular file";
  } else if (!dataset.sha256.empty()) {
    const std::string found = digests.digest(dataset.source, look_of(status));
    if (found != dataset.sha256) fault.message = fmt::format("{} has the SHA-256 {}", what, found);
    fault.hint = "the definitions say " + dataset.sha256;
  }
  return fault;
}

}  // namespace

void check_datasets(const config::Cluster& cluster, const fs::path& cache, std::vector<Fault>& faults) {
  if (cluster.datasets.empty()) return;
  DigestCache digests(cache);
  for (const config::Dataset& dataset : cluster.datasets) {
    Fault fault = fault_of(dataset, digests);
    if (!fault.message.empty()) faults.push_back(std::move(fault));
  }
}

}  // namespace lucie::setup
