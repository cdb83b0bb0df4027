#pragma once

#include <string>

#include "cli/program.hpp"
#include "installer/session.hpp"

namespace lucie::installer {

/// The whole program: asks for the slice, runs the modules, tells the server.
class InstallCommand : public cli::Command {
 public:
  std::string name() const override { return {}; }
  std::string summary() const override { return "install this node"; }
  void arguments(cli::Arguments& arguments) override;
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  Session session() const;

  std::string server_, host_, token_, get_, fetch_;
  bool resume_ = false, local_ = false, plan_ = false, reboot_ = false;
  int patience_ = 600;
};

}  // namespace lucie::installer
