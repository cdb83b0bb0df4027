#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "dolly/commands/commands.hpp"
#include "dolly/offer.hpp"
#include "dolly/prediction.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t most_nodes = 1'000'000;
/// Every simulated node holds the ring's list, so that memory and time grow with the square.
constexpr std::uint64_t most_simulated = 10'000;

/// A number with K, M, G or T behind it, each `unit` times the one before.
double number_in(const std::string& text, double unit, const char* what, const char* hint) {
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, number);
  const std::string_view letter(end, static_cast<std::size_t>(last - end));
  const std::size_t power = letter.empty() ? 0 : std::string_view("KMGT").find(letter) + 1;
  if (fault != std::errc() || letter.size() > 1 || (power == 0 && !letter.empty()) ||
      !(number >= 0 && number <= 1e15))
    throw UsageError(fmt::format("'{}' is no {}", text, what)).hint(hint);
  for (std::size_t step = 0; step < power; ++step) number *= unit;
  return number;
}

class Predict : public cli::Command {
 public:
  std::string name() const override { return "predict"; }
  std::string summary() const override { return "say how long a ring takes, before it is there"; }
  void arguments(cli::Arguments& arguments) override {
    arguments.required_option("--nodes", nodes_, "N,…", "numbers of nodes");
    arguments.required_option("--size", size_, "SIZE", "bytes to send, as 700M or 10G (binary)");
    arguments.option("--bandwidth", bandwidth_, "RATE",
                     "bits per second of every link, as 100M or 1G (decimal)");
    arguments.option("--rate-of", rate_of_, "WHAT",
                     "RATE is that of the 'wire' (Ethernet), or of its 'payload'", {"wire", "payload"});
    arguments.option("--chunk", chunk_, "SIZE", "unit of verification and repair");
    arguments.option("--hop-delay", hop_delay_, "MS", "milliseconds from one node to the next, one way");
    arguments.option("--failures", failures_, "PERCENT", "of the nodes that fall silent during the transfer");
    arguments.option("--silence", silence_, "SECONDS", "without a sign of life a node is left out");
    arguments.flag("--simulate", simulate_, "also run the ring's own code on a simulated network");
    arguments.option("--seed", seed_, "N", "chooses what fails when in the simulation");
    arguments.json();
  }
  ExitStatus run(cli::Terminal& terminal) override;

 private:
  Expected expected() const;
  std::vector<std::uint64_t> counts() const;

  std::string nodes_, size_, bandwidth_ = "1G", rate_of_ = "wire", chunk_ = "4M", hop_delay_ = "0.1",
                             failures_ = "0";
  int silence_ = 1, seed_ = 1;
  bool simulate_ = false;
};

Expected Predict::expected() const {
  Expected expected;
  expected.size = static_cast<std::uint64_t>(number_in(size_, 1024, "size", "write bytes, as 700M or 10G"));
  const double bits = number_in(bandwidth_, 1000, "rate", "write bits per second, as 100M or 1G");
  if (bits < 1000) throw UsageError("--bandwidth is at least 1K, bits per second");
  expected.bandwidth = bits / 8 * (rate_of_ == "wire" ? payload_share : 1);
  const double chunk = number_in(chunk_, 1024, "size of a chunk", "write it as 4M");
  expected.chunk = static_cast<std::uint32_t>(chunk);
  if (chunk < least_chunk || chunk > most_chunk || expected.chunk % block_size != 0)
    throw UsageError(fmt::format("'{}' is no size of a chunk", chunk_))
        .hint("write a multiple of 64K from 64K to 64M, such as 4M");
  expected.hop_delay = number_in(hop_delay_, 1000, "delay", "write milliseconds, as 0.1") / 1000;
  expected.failing = number_in(failures_, 1000, "percentage", "write percent of the nodes, as 0.5") / 100;
  expected.silence = silence_;
  if (expected.failing > 1 || silence_ < 1 || seed_ < 0 || expected.size == 0)
    throw UsageError("--failures is at most 100, --silence and --size at least 1, --seed not negative");
  return expected;
}

std::vector<std::uint64_t> Predict::counts() const {
  std::vector<std::uint64_t> counts;
  for (const std::string& word : base::split(nodes_, ',')) {
    std::uint64_t count = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), count);
    if (fault != std::errc() || end != word.data() + word.size() || count < 1 || count > most_nodes)
      throw UsageError(fmt::format("'{}' is no number of nodes", word)).hint("write --nodes 8,64,1000");
    if (simulate_ && count > most_simulated)
      throw UsageError(fmt::format("a simulation takes at most {} nodes", most_simulated))
          .hint("the model alone, without --simulate, takes more");
    counts.push_back(count);
  }
  return counts;
}

ExitStatus Predict::run(cli::Terminal& terminal) {
  Expected each = expected();
  ordered_json predictions = ordered_json::array();
  for (const std::uint64_t count : counts()) {
    each.nodes = count;
    const Prediction prediction = predict(each);
    ordered_json record = {{"nodes", count},
                           {"seconds", prediction.seconds()},
                           {"transfer", prediction.transfer},
                           {"hops", prediction.hops},
                           {"failures", prediction.failures}};
    std::string line =
        fmt::format("{} nodes: {:.3f} s ({:.3f} transfer, {:.3f} hops, {:.3f} failures)", count,
                    prediction.seconds(), prediction.transfer, prediction.hops, prediction.failures);
    if (simulate_) {
      const Simulated outcome = simulate(each, static_cast<std::uint64_t>(seed_));
      record["simulated"] = {
          {"seconds", outcome.seconds}, {"done", outcome.done}, {"silenced", outcome.silenced}};
      line += fmt::format("; simulated: {:.3f} s, {} of {} nodes done", outcome.seconds, outcome.done, count);
    }
    if (!terminal.json()) terminal.print(line + "\n");
    predictions.push_back(std::move(record));
  }
  if (terminal.json())
    terminal.print(ordered_json{{"version", 1},
                                {"size", each.size},
                                {"bytes_per_second", each.bandwidth},
                                {"predictions", predictions}}
                       .dump() +
                   "\n");
  return ExitStatus::success;
}

}  // namespace

std::unique_ptr<cli::Command> predict_command() {
  return std::make_unique<Predict>();
}

}  // namespace lucie::dolly
