#include "installer/host_keys.hpp"

#include "base/process.hpp"
#include "installer/fetch_for_node.hpp"

namespace lucie::installer {

void put_host_keys(const ModuleContext& context) {
  const std::string& url = context.slice.host_keys_url;
  if (url.empty()) return;  // a server that keeps none
  base::run_or_throw({.argv = {"tar", "--extract", "--same-permissions", "--no-overwrite-dir", "--file", "-",
                               "--directory", "/"},
                      .root = context.target,
                      .input = fetch_for_node(context, url)});
  context.reporter.note("host keys are the server's");
}

}  // namespace lucie::installer
