#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/ed25519.hpp"
#include "base/files.hpp"
#include "dolly/commands/commands.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t ring_key_bytes = 32;

struct KeyFile {
  fs::path path;
  std::string content;
  unsigned mode;
};

/// Never over another one: that would shut out all nodes that have it.
void write_new(const KeyFile& file) {
  const base::FileDescriptor claimed(
      open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.mode));
  if (!claimed.valid()) throw_errno("make " + file.path.string());
  base::write_file(file.path, file.content, file.mode);
}

class Keygen : public cli::Command {
 public:
  std::string name() const override { return "keygen"; }
  std::string summary() const override { return "make the keys of a ring"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positional("DIR", folder_,
                         "folder for ring.key, master.key and master.pub; made if it is not there");
    arguments.json();
  }

  ExitStatus run(cli::Terminal& terminal) override {
    const auto signing = base::SigningKey::make();
    const fs::path folder(folder_);
    const std::array files = {
        KeyFile{folder / "ring.key", base::random_hex(ring_key_bytes) + "\n", 0600},
        KeyFile{folder / "master.key", signing.to_pem(), 0600},
        KeyFile{folder / "master.pub", signing.public_key().to_pem(), 0644},
    };
    for (const KeyFile& file : files) {
      if (fs::exists(fs::symlink_status(file.path)))
        throw Error(fmt::format("{} is there already", file.path.string()))
            .hint("keys are never overwritten: name another folder, or move the old ones away");
    }
    std::error_code fault;
    fs::create_directories(folder, fault);
    if (fault) throw EnvironmentError(fmt::format("make {}: {}", folder.string(), fault.message()));
    for (const KeyFile& file : files) write_new(file);
    tell(terminal, files);
    return ExitStatus::success;
  }

 private:
  static void tell(cli::Terminal& terminal, const std::array<KeyFile, 3>& files) {
    if (terminal.json()) {
      const nlohmann::ordered_json record = {{"version", 1},
                                             {"ring_key", files[0].path.string()},
                                             {"signing_key", files[1].path.string()},
                                             {"public_key", files[2].path.string()}};
      return terminal.print(record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    }
    terminal.note(fmt::format("{}: for the sender and all nodes (--key)", files[0].path.string()));
    terminal.note(fmt::format("{}: for the sender alone (--sign)", files[1].path.string()));
    terminal.note(fmt::format("{}: for all nodes (--trust)", files[2].path.string()));
  }

  std::string folder_;
};

}  // namespace

std::unique_ptr<cli::Command> keygen_command() {
  return std::make_unique<Keygen>();
}

}  // namespace lucie::dolly
