#include "lmp/commands/publish_command.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "lmp/commands/repository_report.hpp"
#include "metapackage/repository.hpp"

namespace lucie::lmp {
namespace {

class PublishCommand : public cli::Command {
 public:
  std::string name() const override { return "publish"; }
  std::string summary() const override { return "add packages to a repository for apt and dnf"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("FILE", files_, "packages that 'lmp build' made");
    arguments.required_option("--repo", repository_, "DIR", "the repository; made if it does not exist");
    arguments.option("--sign", key_, "KEY", "sign with this key of gpg");
    arguments.option("--keep", keep_, "N", "keep the newest N versions of each LMP; 0: all");
    arguments.flag("--skip-published", skip_published_,
                   "leave out versions that are there, whatever they hold");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override {
    if (keep_ < 0) throw UsageError("--keep wants 0 or more versions");
    const metapackage::Publication publication{.repository = repository_,
                                               .key = key_,
                                               .time = base::build_time(base::SystemTime::clock::now()),
                                               .keep = static_cast<std::size_t>(keep_),
                                               .skip_published = skip_published_};
    report(metapackage::publish({files_.begin(), files_.end()}, publication, terminal), repository_,
           terminal);
    for (const std::string& format : metapackage::repository_formats(repository_)) {
      terminal.note("use it with: " + usage(format));
    }
    if (!key_.empty()) terminal.note(fmt::format("the key is {}/lucie.asc", repository_));
    return ExitStatus::success;
  }

 private:
  /// How a machine of the format's kind is told of the repository.
  std::string usage(const std::string& format) const {
    if (format == "deb") {
      return fmt::format("deb [{}] URL lucie main", key_.empty() ? "trusted=yes" : "signed-by=…/lucie.asc");
    }
    return std::string("baseurl=URL ") +
           (key_.empty() ? "gpgcheck=0" : "gpgcheck=1 repo_gpgcheck=1 gpgkey=URL/lucie.asc") +
           " in a .repo file of dnf";
  }

  std::vector<std::string> files_;
  std::string repository_, key_;
  int keep_ = 0;
  bool skip_published_ = false;
};

}  // namespace

std::unique_ptr<cli::Command> publish_command() {
  return std::make_unique<PublishCommand>();
}

}  // namespace lucie::lmp
