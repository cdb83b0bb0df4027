#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace lucie {

/// What a program tells its caller when it ends. The numbers are part of every program's interface.
enum class ExitStatus {
  success = 0,      ///< done
  input = 1,        ///< the input or the cluster is at fault
  usage = 2,        ///< the command line is wrong
  environment = 3,  ///< no network, no space, a missing tool, no permission
};

/// A place in a text file. `line` and `column` count from 1, the column in bytes; 0 means "the whole file"
/// or "the whole line". An empty `file` means that no place is known.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;

  bool known() const { return !file.empty(); }
  friend bool operator==(const Position&, const Position&) = default;
};

/// Orders by file, line and column, as faults are reported.
bool operator<(const Position& left, const Position& right);

/// One thing wrong with the input. Faults are collected, so that a run reports all of them together.
struct Fault {
  Position where;
  std::string message;
  std::string hint;  ///< what to do about it; may be empty

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Sorts by position and removes repeated faults.
void sort_faults(std::vector<Fault>& faults);

/// The fault as a person reads it, ending with a newline:
///
///     lucie.conf:14:10: error: host 'cnode00' uses unknown template 'hosttmpl'
///        14 |     use  hosttmpl
///           |          ^
///     hint: did you mean 'hosttemplate'?
///
/// The source line is read from the file; if that fails it is left out. `label` is "error" or "warning".
/// Control characters in message, hint and source line are shown escaped.
std::string render_fault(const Fault& fault, const std::string& label = "error");

/// All of them, one after another.
std::string render_faults(std::span<const Fault> faults, const std::string& label = "error");

/// The error that every part of Lucie throws. Caught once, in `cli::run_program`.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string message, ExitStatus status = ExitStatus::input);

  /// Where in the input it happened; the first position given is kept.
  Error& at(Position where);
  /// What the user can do about it.
  Error& hint(std::string text);
  /// What was being done: put in front of the message on the way up ("building mpi: …").
  Error& context(const std::string& doing);

  const char* what() const noexcept override { return fault_.message.c_str(); }
  const Fault& fault() const { return fault_; }
  ExitStatus status() const { return status_; }

 private:
  Fault fault_;
  ExitStatus status_;
};

/// The machine does not let us: exit status 3.
class EnvironmentError : public Error {
 public:
  explicit EnvironmentError(std::string message) : Error(std::move(message), ExitStatus::environment) {}
};

/// The command line is wrong: exit status 2.
class UsageError : public Error {
 public:
  explicit UsageError(std::string message) : Error(std::move(message), ExitStatus::usage) {}
};

/// Several faults of the input at once. `what()` is the first of them.
class FaultsError : public Error {
 public:
  /// `faults` must not be empty; they are sorted here.
  explicit FaultsError(std::vector<Fault> faults);
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// "open /x: No such file or directory" from `errno`, as an EnvironmentError.
[[noreturn]] void throw_errno(const std::string& doing);

}  // namespace lucie
