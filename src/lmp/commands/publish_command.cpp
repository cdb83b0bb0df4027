#include "lmp/commands/publish_command.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "metapackage/repository.hpp"

namespace lucie::lmp {
namespace {

class PublishCommand : public cli::Command {
 public:
  std::string name() const override { return "publish"; }
  std::string summary() const override { return "add packages to an apt repository"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("FILE", files_, "packages that 'lmp build' made");
    arguments.required_option("--repo", repository_, "DIR", "the repository; made if it does not exist");
    arguments.option("--sign", key_, "KEY", "sign with this key of gpg");
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const metapackage::Publication publication{
        .repository = repository_, .key = key_, .time = base::build_time(base::SystemTime::clock::now())};
    const auto added = metapackage::publish({files_.begin(), files_.end()}, publication, terminal);
    terminal.note(added.empty()
                      ? fmt::format("{}: nothing new", repository_)
                      : fmt::format("{}: {} new: {}", repository_, added.size(), base::join(added, ", ")));
    if (key_.empty()) {
      terminal.note(fmt::format("use it with: deb [trusted=yes] URL lucie main"));
    } else {
      terminal.note(fmt::format(
          "use it with: deb [signed-by=…/lucie.asc] URL lucie main; the key is {}/lucie.asc", repository_));
    }
    return ExitStatus::success;
  }

 private:
  std::vector<std::string> files_;
  std::string repository_, key_;
};

}  // namespace

std::unique_ptr<cli::Command> publish_command() {
  return std::make_unique<PublishCommand>();
}

}  // namespace lucie::lmp
