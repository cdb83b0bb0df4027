#include <algorithm>
#include <curl/curl.h>
#include <deque>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "net/fetch.hpp"
#include "net/fetch_transfer.hpp"

namespace lucie::net {
namespace {

/// Addresses are tried in order, and all of them once more when a connection broke.
constexpr std::size_t rounds = 2;

/// The file beside the wanted one that a body is written into, hashed on the way.
class Arrival {
 public:
  explicit Arrival(const Download& download) : download_(download), beside_(download.file) {
    beside_ += fmt::format(".new-{}", base::random_hex(4));
    output_.reset(open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!output_.valid()) throw_errno("write " + beside_.string());
  }
  ~Arrival() {
    if (!kept_) unlink(beside_.c_str());
  }
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;

  void receive(std::string_view bytes) {
    size_ += bytes.size();
    if (download_.size != 0 && size_ > download_.size)
      throw Error(fmt::format("it is larger than the {} bytes expected", download_.size));
    hash_.add(bytes);
    while (!bytes.empty()) {
      const ssize_t count = write(output_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_errno("write " + download_.file.string());
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  /// Throws lucie::Error when size or hash are not the expected ones.
  void keep() {
    if (download_.size != 0 && size_ != download_.size)
      throw Error(fmt::format("it has {} bytes, expected {}", size_, download_.size));
    const std::string hash = hash_.finish_hex();
    if (!download_.sha256.empty() && hash != download_.sha256)
      throw Error(fmt::format("its SHA-256 is {}, expected {}", hash, download_.sha256));
    if (fchmod(output_.get(), 0644) != 0 || fsync(output_.get()) != 0)
      throw_errno("write " + download_.file.string());
    if (rename(beside_.c_str(), download_.file.c_str()) != 0)
      throw_errno("rename to " + download_.file.string());
    kept_ = true;
    base::sync_directory(download_.file.parent_path());
  }

  std::uint64_t size() const { return size_; }

 private:
  const Download& download_;
  std::filesystem::path beside_;
  base::FileDescriptor output_;
  base::Sha256 hash_;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

/// One download with the address that is being tried.
struct Task {
  const Download& download;
  std::size_t attempt = 0;
  std::vector<std::string> failures;
  bool connection_broke = false;
  std::unique_ptr<Arrival> arrival;
  std::unique_ptr<Transfer> transfer;

  explicit Task(const Download& wanted) : download(wanted) {}

  const std::string& url() const { return download.urls[attempt % download.urls.size()]; }
  bool out_of_addresses() const { return attempt >= download.urls.size() * (connection_broke ? rounds : 1); }

  void start() {
    std::filesystem::create_directories(download.file.parent_path());
    arrival = std::make_unique<Arrival>(download);
    Request request;
    request.url = url();
    transfer = std::make_unique<Transfer>(request, [this](std::string_view b) { arrival->receive(b); });
  }

  void fail(const std::string& why) {
    const bool known = std::ranges::find(failures, why) != failures.end();
    if (!known) failures.push_back(why);
    transfer.reset();
    arrival.reset();
    ++attempt;
  }

  /// True when the file is there.
  bool finish(CURLcode code) {
    const std::string name = shown_url(url());
    try {
      const Response response = transfer->finish(code);
      if (response.status >= 400) {
        connection_broke = connection_broke || response.status >= 500;
        fail(fmt::format("{}: HTTP status {}", name, response.status));
        return false;
      }
      arrival->keep();
      transfer.reset();
      return true;
    } catch (const EnvironmentError& error) {
      connection_broke = true;
      fail(error.what());
    } catch (const Error& error) {
      fail(fmt::format("{}: {}", name, error.what()));
    }
    return false;
  }
};

class Downloader {
 public:
  Downloader(const std::vector<Download>& downloads, int connections,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress)
      : connections_(std::max(1, connections)), progress_(progress), multi_(curl_multi_init()) {
    for (const Download& download : downloads) {
      expected_ += download.size;
      waiting_.push_back(std::make_unique<Task>(download));
    }
  }
  ~Downloader() {
    for (const auto& task : running_) curl_multi_remove_handle(multi_, task->transfer->handle());
    running_.clear();
    curl_multi_cleanup(multi_);
  }
  Downloader(const Downloader&) = delete;
  Downloader& operator=(const Downloader&) = delete;

  std::vector<DownloadFailure> run() {
    for (start_some(); !running_.empty(); start_some()) {
      int active = 0;
      curl_multi_perform(multi_, &active);
      collect();
      tell();
      if (active > 0) curl_multi_poll(multi_, nullptr, 0, 100, nullptr);
    }
    return std::move(failures_);
  }

 private:
  void give_up(const Task& task) {
    const std::string why = task.failures.empty() ? "no address is known" : base::join(task.failures, "; ");
    failures_.push_back({task.download, why});
  }

  void start_some() {
    while (running_.size() < connections_ && !waiting_.empty()) {
      std::unique_ptr<Task> task = std::move(waiting_.front());
      waiting_.pop_front();
      if (task->out_of_addresses()) {
        give_up(*task);
        continue;
      }
      task->start();
      curl_multi_add_handle(multi_, task->transfer->handle());
      running_.push_back(std::move(task));
    }
  }

  void collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi_, easy);
      const auto found = std::ranges::find_if(
          running_, [easy](const auto& task) { return task->transfer->handle() == easy; });
      std::unique_ptr<Task> task = std::move(*found);
      running_.erase(found);
      if (task->finish(code)) {
        done_ += task->arrival->size();
      } else {
        waiting_.push_front(std::move(task));
      }
    }
  }

  void tell() {
    if (!progress_) return;
    std::uint64_t bytes = done_;
    for (const auto& task : running_) bytes += task->arrival->size();
    progress_(bytes, std::max(bytes, expected_));
  }

  std::size_t connections_;
  const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
  CURLM* multi_;
  std::deque<std::unique_ptr<Task>> waiting_;
  std::vector<std::unique_ptr<Task>> running_;
  std::vector<DownloadFailure> failures_;
  std::uint64_t done_ = 0, expected_ = 0;
};

}  // namespace

std::vector<DownloadFailure> download_all(const std::vector<Download>& downloads, int connections,
                                          const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  return Downloader(downloads, connections, progress).run();
}

}  // namespace lucie::net
