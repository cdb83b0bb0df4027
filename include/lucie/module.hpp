// For authors of installer modules in C++ (lucie-modules(7)). C++17 and the standard library of a Unix system
// are enough; nothing is linked. A module is:
//
//   #include <lucie/module.hpp>
//   namespace module = lucie::module;
//
//   void run() {
//     module::progress(0.1, "fetching");
//     module::write_target_file("/etc/gene.conf", "host " + module::slice("host") + "\n");
//     module::in_target({"chown", "gene:gene", "/etc/gene.conf"});
//   }
//   int main(int argc, char** argv) {
//     module::Description description;
//     description.needs = module::Words{"target"};
//     description.after = module::Words{"packages"};
//     description.produces = module::Words{"data"};
//     return module::main(argc, argv, description, run);
//   }
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace lucie::module {

using Words = std::vector<std::string>;

/// What a module says of itself. The words are names such as "disk", "target", "base".
struct Description {
  /// What must be there first: some module before it in the list produces it. A module that says neither
  /// needs nor after runs after all modules before it in the list.
  std::optional<Words> needs;
  /// What must be there first if a module of the list produces it; "all": everything before it.
  std::optional<Words> after;
  /// What is there when it has run. A module that does not say it is waited for by all behind it.
  std::optional<Words> produces;
  double weight = 1;   ///< its share of the progress
  int timeout = 3600;  ///< seconds
  int retries = 0;     ///< tries after the first one
  std::string summary;
};

/// Ends the module; the text is told to the server.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] inline void fail(const std::string& text) {
  throw Failure(text);
}

/// How far this module is, 0 to 1.
inline void progress(double fraction, const std::string& text = {}) {
  std::printf("::progress %.3f %s\n", fraction, text.c_str());
  std::fflush(stdout);
}

/// A line of the log. Whatever a module prints is logged.
inline void note(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

/// A variable of the environment, or `otherwise` when it is unset or empty.
inline std::string variable(const char* name, const std::string& otherwise = {}) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// Where the node's file systems are mounted.
inline std::filesystem::path target() {
  return variable("LUCIE_TARGET", "/target");
}

/// The installer's folder of working files: in memory, for root alone.
inline std::filesystem::path run_folder() {
  return variable("LUCIE_RUN", "/run/lucie");
}

/// A path of the node (absolute) as the module sees it.
inline std::filesystem::path in_target_path(const std::filesystem::path& inside) {
  return target() / inside.relative_path();
}

namespace detail {

inline std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    if (static_cast<unsigned char>(letter) >= 0x20) quoted += letter;
  }
  return quoted + "\"";
}

inline void add_json_list(std::ostream& out, const char* name, const std::optional<Words>& words) {
  if (!words) return;
  out << ",\"" << name << "\":[";
  for (std::size_t index = 0; index < words->size(); ++index)
    out << (index == 0 ? "" : ",") << json_text((*words)[index]);
  out << "]";
}

inline void become(const Words& argv, const std::filesystem::path& root) {
  if (!root.empty() && (chroot(root.c_str()) != 0 || chdir("/") != 0)) _exit(126);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  std::fprintf(stderr, "%s: %s\n", words[0], std::strerror(errno));
  _exit(127);
}

inline std::string read_all(int descriptor) {
  std::string all;
  char piece[4096];
  for (;;) {
    const ssize_t count = read(descriptor, piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return all;
    all.append(piece, static_cast<std::size_t>(count));
  }
}

inline void write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(descriptor, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(std::string("write: ") + std::strerror(errno));
    done += static_cast<std::size_t>(count);
  }
}

/// Runs it and waits; returns what it wrote to standard output.
inline std::string run(const Words& argv, const std::filesystem::path& root) {
  int ends[2];
  if (argv.empty() || pipe2(ends, O_CLOEXEC) != 0) fail("cannot start a program");
  const pid_t process = fork();
  if (process == 0) {
    dup2(ends[1], STDOUT_FILENO);
    become(argv, root);
  }
  close(ends[1]);
  if (process < 0) fail(std::string("fork: ") + std::strerror(errno));
  std::string output = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) fail(argv[0] + " was killed by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) fail(argv[0] + ": exit status " + std::to_string(WEXITSTATUS(status)));
  return output;
}

inline std::string installer() {
  return variable("LUCIE_PROGRAM", "lucie-installer");
}

inline std::string json(const Description& description) {
  std::ostringstream out;
  out << "{\"version\":1,\"weight\":" << description.weight << ",\"timeout\":" << description.timeout
      << ",\"retries\":" << description.retries;
  add_json_list(out, "needs", description.needs);
  add_json_list(out, "after", description.after);
  add_json_list(out, "produces", description.produces);
  if (!description.summary.empty()) out << ",\"summary\":" << json_text(description.summary);
  out << "}";
  return out.str();
}

inline int run_module(void (*run)()) {
  try {
    run();
    return 0;
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}

}  // namespace detail

/// Runs a program of the installer's environment and returns its standard output; its standard error goes to
/// the log. Throws Failure when it does not succeed.
inline std::string run(const Words& argv) {
  return detail::run(argv, {});
}

/// Runs a program of the node in the node's root. Throws Failure when it does not succeed.
inline std::string in_target(const Words& argv) {
  return detail::run(argv, target());
}

/// A value of the slice ("host", "address", "answers/LMP/QUESTION"), a list one element a line. Throws
/// Failure when there is no such value.
inline std::string slice(const std::string& key) {
  std::string value = detail::run({detail::installer(), "--get", key}, {});
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

/// The elements of a list of the slice.
inline Words slice_list(const std::string& key) {
  Words words;
  std::istringstream lines(slice(key));
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  return words;
}

/// What the server keeps for this node alone, as in "host-keys.tar". Throws Failure when it has no such thing
/// or does not answer.
inline std::string fetch(const std::string& name) {
  return detail::run({detail::installer(), "--fetch", name}, {});
}

/// The whole file. Throws Failure.
inline std::string read_file(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(file.string() + ": " + std::strerror(errno));
  std::string content = detail::read_all(descriptor);
  close(descriptor);
  return content;
}

/// Writes beside and renames, so that nothing is half written; the folder is made if needed. The mode is set
/// exactly.
inline void write_file(const std::filesystem::path& file, const std::string& content, unsigned mode = 0644) {
  std::filesystem::create_directories(file.parent_path());
  std::string beside = (file.parent_path() / (".new-XXXXXX")).string();
  const int descriptor = mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) fail(file.string() + ": " + std::strerror(errno));
  detail::write_all(descriptor, content);
  const bool written = fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0;
  close(descriptor);
  if (!written || std::rename(beside.c_str(), file.c_str()) != 0)
    fail(file.string() + ": " + std::strerror(errno));
}

/// A file of the node.
inline void write_target_file(const std::filesystem::path& inside, const std::string& content,
                              unsigned mode = 0644) {
  write_file(in_target_path(inside), content, mode);
}

/// The module's main(): says what it is with --describe, else runs it. Returns the exit status.
inline int main(int argc, char** argv, const Description& description, void (*run)()) {
  if (argc == 2 && std::strcmp(argv[1], "--describe") == 0)
    return std::puts(detail::json(description).c_str()) < 0;
  if (argc == 1) return detail::run_module(run);
  std::fprintf(stderr, "Usage: %s [--describe]\n", argv[0]);
  return 2;
}

}  // namespace lucie::module
