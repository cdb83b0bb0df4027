#include <algorithm>
#include <fmt/format.h>
#include <regex>

#include "base/names.hpp"
#include "base/text.hpp"
#include "metapackage/manifest.hpp"

namespace lucie::metapackage {
namespace {

using config::Attribute;
using config::Block;

class BlockReader {
 public:
  BlockReader(const Block& block, std::vector<Fault>& faults) : block_(block), faults_(faults) {}

  // The schema has reported values of the wrong form; they are left out here.
  void mode(NodeFile& file) {
    const Attribute* attribute = block_.find("mode");
    static const std::regex pattern("[0-7]{3,4}");
    if (attribute == nullptr || !std::regex_match(attribute->value, pattern)) return;
    file.mode = static_cast<unsigned>(std::stoul(attribute->value, nullptr, 8));
  }

  void owner(NodeFile& file) {
    const Attribute* attribute = block_.find("owner");
    const auto colon = attribute == nullptr ? std::string::npos : attribute->value.find(':');
    if (colon == std::string::npos) return;
    file.owner = attribute->value.substr(0, colon);
    file.group = attribute->value.substr(colon + 1);
  }

  void secret(NodeFile& file) {
    const Attribute* attribute = block_.find("secret");
    if (attribute == nullptr) return;
    file.secret = attribute->value == "yes" || attribute->value == "1" || attribute->value == "true";
  }

  void fault(const Attribute& attribute, std::string message, std::string hint = {}) {
    faults_.push_back({attribute.value_position, std::move(message), std::move(hint)});
  }

 private:
  const Block& block_;
  std::vector<Fault>& faults_;
};

NodeFile* find_file(Lmp& lmp, const std::string& path) {
  for (NodeFile& file : lmp.files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

bool is_plain_path(const std::string& path) {
  return path.starts_with("/") && path.find("//") == std::string::npos &&
         (path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos &&
         !path.ends_with("/");
}

std::string nearest_path(const Lmp& lmp, const std::string& path) {
  std::vector<std::string> paths;
  for (const NodeFile& file : lmp.files) paths.push_back(file.path);
  return base::did_you_mean(path, paths);
}

void apply(const Block& block, Lmp& lmp, std::vector<Fault>& faults) {
  BlockReader reader(block, faults);
  const Attribute* path = block.find("path");
  if (path == nullptr) return;
  if (!is_plain_path(path->value)) {
    return reader.fault(*path, fmt::format("'{}' is no absolute path of a file", path->value));
  }
  NodeFile described{.path = path->value};
  reader.secret(described);
  NodeFile* file = find_file(lmp, path->value);
  if (file == nullptr && !described.secret) {
    return reader.fault(*path, fmt::format("'{}' is not in files/", path->value),
                        nearest_path(lmp, path->value));
  }
  if (file != nullptr && described.secret) {
    return reader.fault(
        *path, fmt::format("'{}' is a secret and lies in files/", path->value),
        fmt::format("keep it on the server, in /etc/lucie/lmp/{}/files{}", lmp.name, path->value));
  }
  if (file == nullptr) file = &lmp.files.emplace_back(described);
  if (file->position.known()) return reader.fault(*path, fmt::format("a second block for '{}'", path->value));
  file->position = block.position;
  reader.mode(*file);
  reader.owner(*file);
}

}  // namespace

void apply_file_blocks(const std::vector<Block>& blocks, Lmp& lmp, std::vector<Fault>& faults) {
  for (const Block& block : blocks) {
    if (block.type == "file") apply(block, lmp, faults);
  }
  std::sort(lmp.files.begin(), lmp.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
}

}  // namespace lucie::metapackage
