#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/files.hpp"
#include "lmp/front_end/interruption.hpp"

namespace lucie::lmp {

/// Both ends of a pipe(2); children get neither unless they are given it.
struct Pipe {
  base::FileDescriptor read_end, write_end;
  Pipe();
};

/// A program that goes on beside us, ended with the object.
class Child {
 public:
  struct Files {
    int input = -1, output = -1;  ///< its standard input and output; negative: ours
    int further = -1;             ///< kept open under its own number; negative: none
  };

  /// Throws EnvironmentError when the program cannot be started. `own_group`: it and what it starts are a
  /// process group of their own, which is ended together, and has no terminal to read from.
  Child(const std::vector<std::string>& words, Files files, bool own_group);
  /// Asks it to end, and makes it end after a second.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// How it ended, as waitpid(2) gives it; nothing when that takes longer than the limit.
  std::optional<int> wait(const Interruption& interruption,
                          std::optional<std::chrono::milliseconds> limit = {});

 private:
  void signal(int number) const;

  pid_t process_ = -1;
  bool own_group_, ended_ = false;
};

/// "exit status 3", "signal 9"; empty when it ended well.
std::string how_it_ended(int status);

}  // namespace lucie::lmp
