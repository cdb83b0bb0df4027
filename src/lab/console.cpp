#include "lab/console.hpp"

#include <array>
#include <cctype>
#include <cstring>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace lucie::lab {
namespace {

constexpr char k_leave = 0x1d;  ///< Ctrl-]

/// Raw mode while it lives, if standard input is a terminal.
class RawTerminal {
 public:
  RawTerminal() : is_terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios raw = before_;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  ~RawTerminal() {
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

base::FileDescriptor connect_to(const std::filesystem::path& socket_path) {
  base::FileDescriptor connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = socket_address(socket_path);
  if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw_errno("connect to the console " + socket_path.string());
  }
  return connection;
}

/// Moves what is there; false at the end or at Ctrl-].
bool pass_on(int from, int to, bool watch_for_leave) {
  std::array<char, 4096> buffer;
  const ssize_t count = read(from, buffer.data(), buffer.size());
  if (count <= 0) return false;
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  const bool leave = watch_for_leave && bytes.find(k_leave) != std::string_view::npos;
  if (leave) bytes = bytes.substr(0, bytes.find(k_leave));
  while (!bytes.empty()) {
    const ssize_t written = write(to, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return !leave;
}

}  // namespace

sockaddr_un socket_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    throw EnvironmentError("the path of socket " + path.string() + " is too long")
        .hint("LUCIE_LAB names a shorter folder");
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

void attach_console(const std::filesystem::path& socket) {
  const base::FileDescriptor connection = connect_to(socket);
  const RawTerminal raw;
  std::array<pollfd, 2> files{{{connection.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  for (;;) {
    if (poll(files.data(), files.size(), -1) < 0) return;
    if (files[0].revents != 0 && !pass_on(connection.get(), STDOUT_FILENO, false)) return;
    if (files[1].revents != 0 && !pass_on(STDIN_FILENO, connection.get(), true)) return;
  }
}

std::string last_console_line(std::string_view log, std::size_t most) {
  std::string line, last;
  const auto end_line = [&] {
    if (line.find_first_not_of(' ') != std::string::npos) last = line;
    line.clear();
  };
  for (std::size_t at = 0; at < log.size(); ++at) {
    const char letter = log[at];
    if (letter == '\x1b') {  // a control sequence ends with its first letter (ECMA-48)
      while (at + 1 < log.size() && std::isalpha(static_cast<unsigned char>(log[at])) == 0) ++at;
    } else if (letter == '\n' || letter == '\r') {
      end_line();
    } else if (letter >= ' ' && letter < '\x7f') {
      line += letter;
    }
  }
  end_line();
  return std::string(base::trim(last)).substr(0, most);
}

}  // namespace lucie::lab
