#include "dolly/fetch.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "dolly/commands/commands.hpp"
#include "dolly/destination.hpp"
#include "dolly/web_token.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::ordered_json;

/// Tells on the terminal, and with --json a record a line.
class FetchTelling : public FetchEvents {
 public:
  FetchTelling(cli::Terminal& terminal, bool trusted) : terminal_(terminal), trusted_(trusted) {}

  void started(const Offer& offer, std::uint64_t found, const std::string& from) override {
    const OfferedFile& file = offer.files.front();
    file_ = file.path;
    terminal_.note(fmt::format("fetching {} ({}, of which {} are here already) from {}", file_,
                               base::human_size(file.size), base::human_size(found), from));
    tell({{"event", "started"},
          {"from", from},
          {"files", {file_}},
          {"bytes", file.size},
          {"found", found},
          {"trusted", trusted_}});
  }
  void progress(std::uint64_t verified, std::uint64_t all) override {
    terminal_.progress(file_, static_cast<double>(verified) / static_cast<double>(all));
    tell({{"event", "progress"}, {"verified", verified}, {"bytes", all}});
  }
  void waiting(const std::string& why) override {
    terminal_.warning(why + "; asking again");
    tell({{"event", "waiting"}, {"why", why}});
  }
  void elsewhere(const std::string& why, const std::string& url) override {
    terminal_.warning(fmt::format("{}; asking {}", why, url));
    tell({{"event", "elsewhere"}, {"why", why}, {"from", url}});
  }
  void done() {
    terminal_.note(fmt::format("fetched {} in {}", file_, base::format_duration(watch_.elapsed())));
    tell({{"event", "done"}, {"seconds", watch_.elapsed().count()}});
  }
  void failed(const std::string& why) { tell({{"event", "failed"}, {"why", why}}); }

 private:
  void tell(const ordered_json& content) {
    if (!terminal_.json()) return;
    ordered_json record = {{"version", 1}};
    record.update(content);
    terminal_.print(record.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  }

  cli::Terminal& terminal_;
  const bool trusted_;
  std::string file_;
  base::Stopwatch watch_;
};

class FetchCommand : public cli::Command {
 public:
  std::string name() const override { return "fetch"; }
  std::string summary() const override { return "get a file over HTTP, where no ring reaches this node"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.positionals("URL", urls_, "where URL/manifest and URL/content are; asked in turn");
    arguments.required_option("--root", root_, "DIR", "folder that everything fetched stays below");
    arguments.option("--token", token_file_, "FILE", "what tells the server who asks (X-Lucie-Token)");
    arguments.option("--key", key_file_, "FILE",
                     "the ring's key, for who is asked with send or receive --http");
    arguments.option("--patience", patience_, "SECONDS",
                     "how long servers are asked again when none gives anything");
    trust_.declare(arguments);
    arguments.json();
  }

  ExitStatus run(cli::Terminal& terminal) override {
    if (patience_ < 0) throw UsageError("--patience is at least 0");
    const FetchOptions options{urls_, token(), files_below(root_), trust_.options(root_),
                               std::chrono::seconds(patience_)};
    std::error_code fault;
    if (!std::filesystem::is_directory(root_, fault))
      throw EnvironmentError(fmt::format("{} is no folder", root_)).hint("make it first");
    FetchTelling telling(terminal, !trust_.files.empty());
    try {
      fetch_over_http(options, telling);
    } catch (const Error& error) {
      telling.failed(error.what());
      throw;
    }
    telling.done();
    return ExitStatus::success;
  }

 private:
  /// One of a node's own for lucied, or the one of all who have the ring's key.
  std::string token() const {
    if (!key_file_.empty() && !token_file_.empty())
      throw UsageError("say either --token FILE or --key FILE")
          .hint("--token is for lucied, --key for the nodes and the sender of a ring");
    if (!key_file_.empty()) return web_token(ring_key(key_file_));
    return token_file_.empty() ? std::string() : std::string(base::trim(base::read_file(token_file_, 4096)));
  }

  std::vector<std::string> urls_;
  std::string root_, token_file_, key_file_;
  int patience_ = 60;
  TrustArguments trust_;
};

}  // namespace

std::unique_ptr<cli::Command> fetch_command() {
  return std::make_unique<FetchCommand>();
}

}  // namespace lucie::dolly
