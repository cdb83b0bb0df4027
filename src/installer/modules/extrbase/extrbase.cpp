#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "installer/fetch_for_node.hpp"
#include "installer/host_keys.hpp"
#include "installer/modules/modules.hpp"
#include "installer/target_files.hpp"

namespace lucie::installer {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// $1: the archive's pipe, $2: a pipe between the two programs, $3: the target. tar could start zstd itself,
/// but then copies every byte of a pipe once more. It ends before the padding behind the last file, which is
/// read so that zstd can end, too. The first that fails gives the status.
constexpr const char* extract_script = R"(
mkfifo -m 600 "$2"
zstd --quiet --decompress --stdout < "$1" > "$2" &
{
  tar --extract --numeric-owner --same-permissions --xattrs '--xattrs-include=*' --record-size=256K \
    --file - --directory "$3" && cat > /dev/null
} < "$2" || status=$?
wait $! || status=${status:-$?}
exit ${status:-0}
)";

/// zstd and tar that read from a named pipe, so that the archive is extracted while it arrives.
class Extraction {
 public:
  Extraction(const fs::path& target, const fs::path& run)
      : pipe_(run / "base-archive"), inner_(run / "base-archive.tar") {
    fs::remove(pipe_);
    fs::remove(inner_);
    if (mkfifo(pipe_.c_str(), 0600) != 0) throw_errno("make the pipe " + pipe_.string());
    const base::Command command{
        .argv = {"sh", "-c", extract_script, "sh", pipe_.string(), inner_.string(), target.string()}};
    outcome_ = std::async(std::launch::async, [command] { return base::run(command); });
    open_pipe();
  }

  ~Extraction() {
    writing_.reset();
    if (outcome_.valid()) outcome_.wait();
    fs::remove(pipe_);
    fs::remove(inner_);
  }

  /// Waits while tar has enough; throws what tar says when it has ended early.
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(writing_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) give_up();
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  /// Ends the input and waits for tar. Throws with its last lines when it did not succeed.
  void finish() {
    writing_.reset();
    const base::Outcome outcome = outcome_.get();
    if (outcome.success()) return;
    throw EnvironmentError(
        fmt::format("extracting the base archive: {}\n{}", outcome.describe(), base::trim(outcome.error)));
  }

 private:
  /// The programs have ended before the archive.
  [[noreturn]] void give_up() {
    finish();
    throw EnvironmentError("extracting the base archive: tar ended before the archive");
  }

  /// Opening for writing waits for a reader; one that could not be started never comes.
  void open_pipe() {
    while (!writing_.valid()) {
      writing_.reset(open(pipe_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
      if (writing_.valid()) break;
      if (outcome_.wait_for(10ms) == std::future_status::ready) give_up();
    }
    fcntl(writing_.get(), F_SETFL, 0);
    fcntl(writing_.get(), F_SETPIPE_SZ, 1 << 20);
  }

  fs::path pipe_, inner_;
  base::FileDescriptor writing_;
  std::future<base::Outcome> outcome_;
};

/// Fetches, hashes and extracts at once. The hash is known at the end only; nothing of the archive is run
/// before it was found right.
void extract(ModuleContext& context) {
  const wire::Slice& slice = context.slice;
  Extraction extraction(context.target, context.run);
  base::Sha256 digest;
  std::uint64_t bytes = 0;
  fetch_for_node(context, slice.base_url, [&](std::string_view piece) {
    digest.add(piece);
    extraction.write(piece);
    const std::uint64_t before = bytes;
    bytes += piece.size();
    constexpr std::uint64_t step = 4 << 20;
    if (slice.base_size > 0 && before / step != bytes / step) {
      context.reporter.progress("base archive",
                                static_cast<double>(bytes) / static_cast<double>(slice.base_size));
    }
  });
  const std::string found = digest.finish_hex();
  if (found != slice.base_sha256) {
    throw Error(fmt::format("{} is not the archive that was locked: SHA-256 {}, wanted {}", slice.base_url,
                            found, slice.base_sha256))
        .hint("run 'lucie-setup apply' on the server");
  }
  extraction.finish();
  context.reporter.note(fmt::format("{} extracted", base::human_size(bytes)));
}

void extrbase(ModuleContext& context) {
  if (context.slice.base_url.empty() || context.slice.base_sha256.empty())
    throw Error("the slice names no base archive").hint("run 'lucie-setup apply' on the server");
  extract(context);
  put_host_keys(context);
  write_identity(context.target, context.run, context.slice);
}

}  // namespace

const ShippedModule extrbase_module = {
    .name = "extrbase",
    .description = R"({"version":1,"summary":"extract the base archive into the target",)"
                   R"("needs":["target"],"produces":["base"],"weight":20,"timeout":3600,"retries":1})",
    .run = extrbase};

}  // namespace lucie::installer
