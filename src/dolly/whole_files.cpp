#include "dolly/whole_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "dolly/destination.hpp"
#include "dolly/source_part.hpp"
#include "dolly/transfer_manifest.hpp"
#include "dolly/trust.hpp"

namespace lucie::dolly {
namespace {

namespace fs = std::filesystem;

std::optional<FileState> state_of(const base::FileDescriptor& file) {
  struct stat status {};
  if (!file.valid() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileState(status);
}

/// Throws NotServed unless it is what it was.
base::FileDescriptor unchanged(base::FileDescriptor file, const std::string& path,
                               const std::optional<FileState>& before) {
  if (!before || state_of(file) != before)
    throw NotServed(410, fmt::format("{} was changed, replaced or removed here since it was complete", path));
  return file;
}

/// Why a part of a transfer cannot be fetched; empty when it can.
std::string why_not(const Offer& offer, const OfferedFile& file) {
  if (offer.encrypted) return file.path + " is to be encrypted on its way, and HTTP is not";
  if (file.content == Content::tree) return file.path + " is a folder, and single files alone are served";
  if (file.content == Content::stream) return file.path + " is a stream, and single files alone are served";
  if (file.unpack) return file.path + " was unpacked as it came";
  return {};
}

class KeptFile : public ServedFile {
 public:
  KeptFile(fs::path root, std::string path, std::string manifest)
      : root_(std::move(root)),
        path_(std::move(path)),
        manifest_(std::move(manifest)),
        state_(state_of(file())) {}

  std::optional<std::string> manifest() override { return manifest_; }
  base::FileDescriptor open() override { return unchanged(file(), path_, state_); }
  std::size_t memory() const override { return manifest_.size(); }

 private:
  base::FileDescriptor file() const {
    try {
      return Root(root_).open_file(path_);
    } catch (const NoPlace&) {
      return {};
    }
  }

  const fs::path root_;
  const std::string path_, manifest_;
  const std::optional<FileState> state_;
};

class ServedDestination : public Destination {
 public:
  ServedDestination(const fs::path& root, const Offer& offer, ServedFiles& served)
      : Destination(root, offer.files), root_(root), offer_(offer), served_(served) {}

  void find_chunks(Store& store, Verify verify, const std::function<void()>& alive) override {
    store_ = &store;
    Destination::find_chunks(store, verify, alive);
  }
  void settled() override {
    for (std::size_t file = 0; file < offer_.files.size(); ++file) {
      const std::string& path = offer_.files[file].path;
      if (const std::string why = why_not(offer_, offer_.files[file]); !why.empty()) {
        served_.add_unserved(path, why);
      } else {
        served_.add(path, std::make_shared<KeptFile>(root_, path, manifest_of(file)));
      }
    }
  }

 private:
  std::string manifest_of(std::size_t file) const {
    TransferManifest manifest{offer_, file, {}};
    const auto [first, end] = chunks_of(offer_, file);
    for (std::uint32_t chunk = first; chunk < end; ++chunk) manifest.chunks.push_back(store_->header(chunk));
    return to_text(manifest);
  }

  const fs::path root_;
  const Offer offer_;
  ServedFiles& served_;
  const Store* store_ = nullptr;  ///< of the transfer, which is still there when all is settled
};

class SentFile : public ServedFile {
 public:
  SentFile(fs::path path, TransferManifest manifest, Store& store, std::optional<base::SigningKey> sign)
      : path_(std::move(path)),
        store_(store),
        sign_(std::move(sign)),
        range_(chunks_of(manifest.offer, manifest.file)),
        state_(state_of(file())),
        manifest_(std::move(manifest)) {}

  std::optional<std::string> manifest() override {
    const std::lock_guard lock(mutex_);
    if (!text_.empty()) return text_;
    if (!is_known()) return std::nullopt;
    for (std::uint32_t chunk = range_.first; chunk < range_.end; ++chunk) {
      ChunkHeader header = store_.header(chunk);
      if (sign_) header.signature = sign_->sign(signed_text(manifest_.offer.transfer, header));
      manifest_.chunks.push_back(std::move(header));
    }
    return text_ = to_text(manifest_);
  }
  base::FileDescriptor open() override { return unchanged(file(), path_.string(), state_); }

 private:
  base::FileDescriptor file() const {
    return base::FileDescriptor(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  }
  /// If not, they are read on, as for a successor.
  bool is_known() const {
    if (range_.empty()) return true;
    store_.in_order(range_.end - 1, milliseconds(0), [] { return true; });
    for (std::uint32_t chunk = range_.first; chunk < range_.end; ++chunk) {
      if (!store_.is_verified(chunk)) return false;
    }
    return true;
  }

  const fs::path path_;
  Store& store_;
  const std::optional<base::SigningKey> sign_;
  const ChunkRange range_;
  const std::optional<FileState> state_;
  Mutex mutex_;
  TransferManifest manifest_;
  std::string text_;
};

}  // namespace

OpenFiles served_files_below(const fs::path& root, ServedFiles& served) {
  return [root, &served](const Offer& offer) {
    return std::make_unique<ServedDestination>(root, offer, served);
  };
}

void serve_sent(const Offer& offer, const std::vector<fs::path>& paths, Store& store,
                const std::optional<base::SigningKey>& sign, ServedFiles& served) {
  for (std::size_t file = 0; file < offer.files.size(); ++file) {
    const std::string& path = offer.files[file].path;
    std::string why = why_not(offer, offer.files[file]);
    if (why.empty() && !fs::is_regular_file(paths.at(file))) why = path + " is a device, no regular file";
    if (why.empty()) {
      served.add(path,
                 std::make_shared<SentFile>(paths[file], TransferManifest{offer, file, {}}, store, sign));
    } else {
      served.add_unserved(path, why);
    }
  }
}

}  // namespace lucie::dolly
