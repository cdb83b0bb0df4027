#include "installer/modules/configure/agent_files.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "installer/target_files.hpp"
#include "wire/agent_settings.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;

constexpr unsigned for_root_alone = 0600;

}  // namespace

void remove_agents(const TargetRoot& root) {
  fs::remove_all(root / "/usr/lib/lucie/agents");
}

void write_agent_settings(const TargetRoot& root, const wire::Slice& slice) {
  if (slice.agent.address.empty()) return;
  const wire::AgentSettings settings{.host = slice.host, .source = slice.address, .agent = slice.agent};
  write_target_file(root.path(), "/etc/lucie/agent.conf", wire::to_text(settings), for_root_alone);
}

/// One file a line, so that a shell can read it, too.
void write_file_digests(const TargetRoot& root, const std::string& overlay) {
  nlohmann::ordered_json files = nlohmann::ordered_json::object();
  if (!overlay.empty()) {
    const base::Outcome names = root.run({"tar", "--list", "--quoting-style=literal", "--file", "-"},
                                         {.environment = {}, .input = overlay, .on_line = {}});
    for (const std::string& name : base::split(base::trim(names.output), '\n')) {
      const fs::path file = root / ("/" + name);
      std::error_code missing;
      if (fs::is_regular_file(fs::symlink_status(file, missing)))
        files["/" + name] = base::sha256_file_hex(file);
    }
  }
  const nlohmann::ordered_json record = {{"version", 1}, {"files", files}};
  write_target_file(root.path(), "/var/lib/lucie/files.json", record.dump(1) + "\n", for_root_alone);
}

}  // namespace lucie::installer
