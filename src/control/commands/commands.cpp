#include "control/commands/commands.hpp"

#include "base/paths.hpp"
#include "base/text.hpp"

namespace lucie::control {

Client own_client() {
  return Client(base::Paths::from_environment().run / "lucied.sock");
}

const std::string& named_nodes(const std::string& node_set) {
  if (!base::trim(node_set).empty()) return node_set;
  throw UsageError("NODESET is empty").hint("'all' stands for every node");
}

std::vector<std::string> node_names() {
  std::vector<std::string> names;
  try {
    for (const auto& node : own_client().nodes("all")) names.push_back(node.name);
  } catch (const Error&) {  // a completion must not complain
  }
  return names;
}

}  // namespace lucie::control
