#include "lmp/commands/unpublish_command.hpp"

#include "lmp/commands/repository_report.hpp"
#include "metapackage/repository.hpp"

namespace lucie::lmp {
namespace {

class UnpublishCommand : public cli::Command {
 public:
  std::string name() const override { return "unpublish"; }
  std::string summary() const override { return "take LMPs out of a repository"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("NAME[=VERSION]", wanted_, "LMPs; without a version, all of its versions");
    arguments.required_option("--repo", repository_, "DIR", "the repository");
    arguments.option("--sign", key_, "KEY", "sign with this key of gpg");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    const metapackage::Publication publication{
        .repository = repository_, .key = key_, .time = base::build_time(base::SystemTime::clock::now())};
    report(metapackage::unpublish(wanted_, publication, terminal), repository_, terminal);
    return ExitStatus::success;
  }

 private:
  std::vector<std::string> wanted_;
  std::string repository_, key_;
};

}  // namespace

std::unique_ptr<cli::Command> unpublish_command() {
  return std::make_unique<UnpublishCommand>();
}

}  // namespace lucie::lmp
