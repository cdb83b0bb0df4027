#include "installer/fetch_for_node.hpp"
#include "installer/host_keys.hpp"
#include "installer/kernel_command_line.hpp"
#include "installer/modules/configure/access.hpp"
#include "installer/modules/configure/agent_files.hpp"
#include "installer/modules/configure/overlay.hpp"
#include "installer/modules/configure/scripts.hpp"
#include "installer/modules/modules.hpp"
#include "installer/target_files.hpp"
#include "installer/target_root.hpp"

namespace lucie::installer {
namespace {

std::string fetch_if_named(const ModuleContext& context, const std::string& url) {
  return url.empty() ? std::string() : fetch_for_node(context, url);
}

/// The installer's own settings first, then the templates of the LMPs, which win, then their scripts.
void configure(ModuleContext& context) {
  const std::string overlay = fetch_if_named(context, context.slice.overlay_url);
  const std::string scripts = fetch_if_named(context, context.slice.scripts_url);
  const TargetRoot root(context.target);
  write_identity(root.path(), context.run, context.slice);
  put_host_keys(context);
  set_network(root, context.slice, context.reporter);
  set_root_access(root, context.slice);
  enable_serial_logins(root, KernelCommandLine::of_this_machine(), context.reporter);
  remove_agents(root);
  extract_overlay(root, overlay, context.reporter);
  write_agent_settings(root, context.slice);
  run_scripts(root, scripts, context);
  write_file_digests(root, overlay);
}

}  // namespace

const ShippedModule configure_module = {
    .name = "configure",
    .description = R"({"version":1,"summary":"lay the templates over the node and run the LMPs' scripts",)"
                   R"("needs":["target"],"after":["base","packages"],"produces":["configuration"],)"
                   R"("weight":15,"timeout":3600})",
    .run = configure};

}  // namespace lucie::installer
