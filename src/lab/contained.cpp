#include "lab/contained.hpp"

namespace lucie::lab {

std::vector<std::string> contained(const std::vector<std::string>& argv) {
  std::vector<std::string> line = {"unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"};
  line.insert(line.end(), argv.begin(), argv.end());
  return line;
}

}  // namespace lucie::lab
