#include "lmp/front_end/ending.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include "base/error.hpp"
#include "lmp/front_end/child.hpp"

namespace lucie::lmp {

void check_ending(const metapackage::Lmp& lmp, std::optional<int> status, std::chrono::seconds limit) {
  constexpr int backup = 30;  // the code that GO gives to who goes back
  if (!status) {
    throw Error(fmt::format("the front end of LMP '{}' does not end within {} s", lmp.name, limit.count()))
        .hint("nothing was written; '--time-limit' gives it longer");
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == backup) {
    throw Error(fmt::format("back before the first question of LMP '{}'", lmp.name))
        .hint("nothing was written");
  }
  const std::string how = how_it_ended(*status);
  if (how.empty()) return;
  throw Error(fmt::format("the front end of LMP '{}' failed: {}", lmp.name, how)).hint("nothing was written");
}

}  // namespace lucie::lmp
