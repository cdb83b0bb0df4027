#include "dolly/fetch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/error.hpp"
#include "dolly/destination.hpp"
#include "dolly/wanted_file.hpp"
#include "dolly/web_source.hpp"

namespace lucie::dolly {
namespace {

constexpr std::size_t blocks_of_a_write = 16;

std::vector<Block> blocks_of(std::uint32_t chunk, std::string_view content) {
  constexpr std::size_t headers = frame_header_size + block_header_size;
  const std::size_t count = (content.size() + block_size - 1) / block_size;
  const Memory memory = std::make_shared_for_overwrite<char[]>(content.size() + count * headers);
  std::vector<Block> blocks;
  char* frame = memory.get();
  for (std::uint32_t offset = 0; offset < content.size(); offset += block_size) {
    const std::string_view piece = content.substr(offset, block_size);
    std::ranges::copy(piece, content_place(frame));
    blocks.push_back(finish_block(memory, frame, chunk, offset, piece.size()));
    frame += headers + piece.size();
  }
  return blocks;
}

/// A file as one manifest describes it.
class Fetch {
 public:
  Fetch(const FetchOptions& options, const WantedFile& wanted, WebSource& source, FetchEvents& events)
      : wanted_(wanted),
        source_(source),
        events_(events),
        layout_(wanted.offer.files, wanted.offer.chunk_size),
        files_(options.open(wanted.offer)),
        store_(layout_, *files_) {}

  /// Everything, and to its place.
  void run() {
    files_->reserve();
    files_->find_chunks(store_, wanted_.offer.verify, [] {});
    for (std::uint32_t chunk = 0; chunk < layout_.chunks(); ++chunk)
      store_.confirm(chunk, wanted_.digest(chunk));
    events_.started(wanted_.offer, store_.bytes_verified(), source_.url());
    for (std::uint32_t chunk = 0; chunk < layout_.chunks(); ++chunk) {
      if (!store_.is_verified(chunk)) bring(chunk);
    }
    files_->finish(layout_);
  }

 private:
  /// Only what is verified gets to the disk.
  void bring(std::uint32_t chunk) {
    const std::vector<Block> blocks = right_content(chunk);
    store_.announce(chunk, wanted_.digest(chunk));
    try {
      for (std::size_t first = 0; first < blocks.size(); first += blocks_of_a_write)
        files_->write(layout_.place(chunk),
                      std::span(blocks).subspan(first, std::min(blocks_of_a_write, blocks.size() - first)));
    } catch (const Error&) {
      files_->remove_unfinished();  // on a full disk it is in everybody's way
      throw;
    }
    store_.verified(chunk);
    events_.progress(store_.bytes_verified(), layout_.bytes());
  }

  std::vector<Block> right_content(std::uint32_t chunk) {
    for (;;) {
      std::vector<Block> blocks = blocks_of(chunk, source_.content(layout_.place(chunk)));
      ChunkDigest digest(wanted_.offer.verify);
      for (const Block& block : blocks) digest.add(block);
      if (digest.finish() == wanted_.digest(chunk)) {
        source_.came_right();
        return blocks;
      }
      source_.came_wrong(fmt::format("chunk {} of {}", chunk, wanted_.offer.files.front().path));
    }
  }

  const WantedFile& wanted_;
  WebSource& source_;
  FetchEvents& events_;
  Layout layout_;
  const std::unique_ptr<ReceivedFiles> files_;
  Store store_;
};

/// What the first server says whom this node believes. Throws NoServerLeft.
WantedFile believed(WebSource& source, const Trust& trust) {
  for (;;) {
    const std::string manifest = source.manifest();
    try {
      WantedFile wanted = wanted_file(manifest, source.url(), trust);
      trust.check_newest(wanted.offer);
      return wanted;
    } catch (const NotTaken& why) {
      source.distrust(Error(fmt::format("{}: this node does not take it: {}", source.url(), why.what())));
    } catch (const Error& fault) {
      source.distrust(Error(fmt::format("{}: {}", source.url(), fault.what())));
    }
  }
}

}  // namespace

void fetch_over_http(const FetchOptions& options, FetchEvents& events) {
  Trust trust(options.trust);
  WebSource source(options, events);
  for (;;) {
    const WantedFile wanted = believed(source, trust);
    const std::size_t said_so = source.server();
    try {
      Fetch(options, wanted, source, events).run();
      return trust.completed(wanted.offer);
    } catch (const NoPlace& why) {
      throw EnvironmentError(why.what());
    } catch (const NoServerLeft&) {
      // Perhaps the others are right, and who said what the file is was not.
      if (!source.begin_without(said_so)) throw;
    }
  }
}

}  // namespace lucie::dolly
