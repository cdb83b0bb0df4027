#include "base/process.hpp"
#include "base/text.hpp"
#include "setup/service.hpp"

namespace lucie::setup {
namespace {

class SystemdBackend : public ServiceBackend {
 public:
  bool running(const Service& service) override {
    return base::run({.argv = {"systemctl", "is-active", "--quiet", service.name}}).success();
  }

  void restart(const Service& service) override {
    base::run_or_throw({.argv = {"systemctl", "enable", "--quiet", service.name}});
    base::run_or_throw({.argv = {"systemctl", "restart", service.name}});
  }

  void reload(const Service& service) override {
    base::run_or_throw({.argv = {"systemctl", "reload-or-restart", service.name}});
  }

  std::string last_words(const Service& service) override {
    const auto journal = base::run(
        {.argv = {"journalctl", "--no-pager", "--output=cat", "--lines=8", "--unit=" + service.name}});
    return std::string(base::trim(journal.output));
  }
};

}  // namespace

std::unique_ptr<ServiceBackend> systemd_backend() {
  return std::make_unique<SystemdBackend>();
}

}  // namespace lucie::setup
