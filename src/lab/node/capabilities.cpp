#include "lab/node/capabilities.hpp"

#include <array>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <utility>

#include "base/error.hpp"

namespace lucie::lab {
namespace {

constexpr std::array<std::pair<int, const char*>, 6> beyond_the_node = {{{CAP_SYS_MODULE, "sys_module"},
                                                                         {CAP_SYS_TIME, "sys_time"},
                                                                         {CAP_SYS_RAWIO, "sys_rawio"},
                                                                         {CAP_SYSLOG, "syslog"},
                                                                         {CAP_MAC_ADMIN, "mac_admin"},
                                                                         {CAP_WAKE_ALARM, "wake_alarm"}}};

}  // namespace

void drop_machine_capabilities() {
  for (const auto& [capability, name] : beyond_the_node) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
      throw_errno(std::string("drop the capability ") + name);
  }
}

std::string machine_capabilities() {
  std::string text;
  for (const auto& [capability, name] : beyond_the_node)
    text += std::string(text.empty() ? "-" : ",-") + name;
  return text;
}

}  // namespace lucie::lab
