#include "lab/node/screen.hpp"

#include <unistd.h>

namespace lucie::lab {

void say(const std::string& line) {
  const std::string whole = line + "\n";
  [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, whole.data(), whole.size());
}

}  // namespace lucie::lab
