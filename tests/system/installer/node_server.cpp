// A stand-in for lucied in tests of the node: serves the files of a folder, writes down what is posted.
//   node_server FOLDER PORT FILE…
// GET /x gives FOLDER/x; below /v1/nodes only with the token "secret". POST /x is appended to
// FOLDER/posted/x, slashes as underscores. While FOLDER/down exists every answer is a 503. Each FILE becomes
// a disk (a loop device that the kernel clears when this process ends, however it ends); the devices' names
// are printed, one a line, then an empty line: then it listens.
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <unistd.h>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/loop_device.hpp"
#include "net/server.hpp"

namespace {

using namespace lucie;
namespace fs = std::filesystem;

class NodeServer {
 public:
  explicit NodeServer(fs::path folder) : folder_(std::move(folder)) {}

  net::ServerResponse answer(const net::ServerRequest& request) {
    if (fs::exists(folder_ / "down")) return {.status = 503, .body = "down\n"};
    const auto token = request.headers.find("x-lucie-token");
    const bool proved = token != request.headers.end() && token->second == "secret";
    if (request.path.starts_with("/v1/nodes/") && !proved) return {.status = 403, .body = "wrong token\n"};
    return request.method == "POST" ? keep(request) : serve(request);
  }

 private:
  net::ServerResponse serve(const net::ServerRequest& request) const {
    base::FileDescriptor file(open((folder_ / request.path.substr(1)).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || !fs::is_regular_file(folder_ / request.path.substr(1)))
      return {.status = 404, .body = "not here\n"};
    return {.content_type = "application/octet-stream", .body = {}, .file = std::move(file)};
  }

  net::ServerResponse keep(const net::ServerRequest& request) {
    std::string name = request.path.substr(1);
    for (char& letter : name) letter = letter == '/' ? '_' : letter;
    const std::lock_guard lock(mutex_);
    std::ofstream(folder_ / "posted" / name, std::ios::app) << request.body;
    return {.status = 204, .body = {}};
  }

  fs::path folder_;
  std::mutex mutex_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    std::vector<base::LoopDevice> disks;
    for (int index = 3; index < argc; ++index) {
      const base::FileDescriptor file(open(argv[index], O_RDWR | O_CLOEXEC));
      if (!file.valid()) throw_errno(std::string("open ") + argv[index]);
      disks.push_back(base::attach_loop_device(file, base::Partitions::found));
      std::cout << disks.back().path.string() << std::endl;
    }
    NodeServer server(argv[1]);
    fs::create_directories(fs::path(argv[1]) / "posted");
    const net::Server listening(
        {.address = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(argv[2]))},
        [&](const net::ServerRequest& request) { return server.answer(request); });
    std::cout << std::endl;
    for (;;) pause();
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
