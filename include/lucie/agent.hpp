#pragma once

/// For authors of agents in C++ (lmp.conf(5), "Agents"); standard library and POSIX alone:
///
///     #include <lucie/agent.hpp>
///     int main() {
///       using namespace lucie::checks;
///       if (!process_runs("sshd")) failure("no sshd runs");
///       if (!port_answers(22)) failure("sshd runs, but does not answer");
///       if (as_written("/etc/ssh/sshd_config.d/lucie.conf") != Written::same) warning("it was changed");
///       ok("sshd answers");
///     }
#include <arpa/inet.h>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace lucie::checks {

/// The verdicts: each prints its text and ends the agent.
[[noreturn]] inline void ok(const std::string& text) {
  std::puts(text.c_str());
  std::exit(0);
}
[[noreturn]] inline void warning(const std::string& text) {
  std::puts(text.c_str());
  std::exit(1);
}
[[noreturn]] inline void failure(const std::string& text) {
  std::puts(text.c_str());
  std::exit(2);
}

/// The process is there and no zombie.
inline bool process_lives(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string stat;
  if (!std::getline(file, stat, '\0')) return false;
  const auto end = stat.rfind(')');  // the name may have parentheses itself
  return end != std::string::npos && end + 2 < stat.size() && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

/// The process table has a process of that program: its name (15 letters are known of it), or the file that
/// it runs, with or without its folder.
inline bool process_runs(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string number = entry.path().filename().string();
    if (number.find_first_not_of("0123456789") != std::string::npos || number.size() > 9) continue;
    if (number == std::to_string(getpid())) continue;
    std::ifstream file(entry.path() / "comm");
    std::string command;
    std::getline(file, command);
    std::string program = fs::read_symlink(entry.path() / "exe", ignored).string();
    const std::string deleted = " (deleted)";
    if (program.ends_with(deleted)) program.resize(program.size() - deleted.size());
    const bool same =
        command == name.substr(0, 15) || program == name || program.substr(program.rfind('/') + 1) == name;
    if (!name.empty() && same && process_lives(std::stoi(number))) return true;
  }
  return false;
}

/// The process whose number stands in the file is alive.
inline bool pid_file_runs(const std::string& path) {
  std::ifstream file(path);
  int process = 0;
  return file >> process && process > 0 && process_lives(process);
}

/// A TCP connection is taken there within that time.
inline bool port_answers(int port, const std::string& host = "127.0.0.1",
                         std::chrono::milliseconds limit = std::chrono::seconds(5)) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return false;
  bool answers = false;
  for (const addrinfo* each = found; each != nullptr && !answers; each = each->ai_next) {
    const int connection = socket(each->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection < 0) continue;
    answers = connect(connection, each->ai_addr, each->ai_addrlen) == 0;
    pollfd file{connection, POLLOUT, 0};
    int failed = 0;
    socklen_t size = sizeof failed;
    if (!answers && errno == EINPROGRESS && poll(&file, 1, static_cast<int>(limit.count())) == 1)
      answers = getsockopt(connection, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && failed == 0;
    close(connection);
  }
  freeaddrinfo(found);
  return answers;
}

/// SHA-256 (FIPS 180-4) in hexadecimal.
inline std::string sha256(std::string text) {
  // The first 32 bits of the fractional parts of the cube and square roots of the first primes.
  static constexpr std::array<std::uint32_t, 64> constants = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
  std::array<std::uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const std::uint64_t bits = text.size() * 8;
  text += '\x80';
  while (text.size() % 64 != 56) text += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
  for (std::size_t block = 0; block < text.size(); block += 64) {
    std::array<std::uint32_t, 64> words{};
    for (std::size_t i = 0; i < 64; ++i) {
      const auto byte = [&](std::size_t at) -> std::uint32_t {
        return static_cast<unsigned char>(text[block + at]);
      };
      if (i < 16) {
        words[i] = byte(4 * i) << 24 | byte(4 * i + 1) << 16 | byte(4 * i + 2) << 8 | byte(4 * i + 3);
        continue;
      }
      const std::uint32_t a = words[i - 15], b = words[i - 2];
      words[i] = words[i - 16] + words[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
                 (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                  ((e & f) ^ (~e & g)) + constants[i] + words[i];
      const std::uint32_t second =
          (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    const std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += added[i];
  }
  std::string digits;
  for (const std::uint32_t word : state) {
    std::array<char, 9> part{};
    std::snprintf(part.data(), part.size(), "%08x", static_cast<unsigned>(word));
    digits += part.data();
  }
  return digits;
}

enum class Written { same, changed, gone, not_by_lucie };

/// Whether the file is as Lucie wrote it (templates and scripts of the LMPs).
inline Written as_written(const std::string& path) {
  const char* moved = std::getenv("LUCIE_FILES");
  std::ifstream list(moved != nullptr ? moved : "/var/lib/lucie/files.json");
  const std::string start = "\"" + path + "\": \"";
  std::string written;
  for (std::string line; std::getline(list, line) && written.empty();) {
    const auto at = line.find_first_not_of(' ');
    if (at != std::string::npos && line.compare(at, start.size(), start) == 0)
      written = line.substr(at + start.size(), 64);
  }
  if (written.empty()) return Written::not_by_lucie;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Written::gone;
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return sha256(content) == written ? Written::same : Written::changed;
}

}  // namespace lucie::checks
