#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace lucie::cli {

/// Help text that fits 80 columns, with descriptions wrapped in a column of their own.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace lucie::cli
