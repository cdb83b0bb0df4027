#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "dolly/commands/commands.hpp"
#include "dolly/protocol.hpp"

namespace lucie::dolly {
namespace {

constexpr std::size_t least_digits = 32;  // 128 bits

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

void add_keys(std::vector<base::PublicKey>& keys, const std::string& file) {
  try {
    for (const auto& key : base::PublicKey::all_from_pem(base::read_file(file, 1 << 16))) keys.push_back(key);
  } catch (Error& error) {
    error.context("--trust " + file).hint("'dollyplus keygen DIR' makes one, master.pub");
    throw;
  }
}

}  // namespace

std::string ring_key(const std::string& file) {
  const std::string text = base::read_file(file, 4096);
  const auto digits = base::trim(text);
  if (digits.size() < least_digits || digits.size() % 2 != 0 || !is_hexadecimal(digits))
    throw Error(fmt::format("{} holds no key", file))
        .hint(fmt::format("a key is an even number of hexadecimal digits, at least {}", least_digits));
  return base::from_hex(digits);
}

void RingOptions::declare(cli::Arguments& arguments) {
  port = default_port;
  arguments.option("--port", port, "PORT", "TCP port of the receivers");
  arguments.option("--key", key_file, "FILE",
                   "the ring's key, in hexadecimal digits; all nodes have the same");
  arguments.flag("--encrypt", encrypt, "encrypt every connection (TLS 1.3); receive: take no other ones");
  arguments.flag("--no-key", without_key, "no key: anybody may take part");
}

std::string RingOptions::key() const {
  if (key_file.empty() != without_key)
    throw UsageError("say either --key FILE or --no-key").hint("'dollyplus keygen DIR' makes one, ring.key");
  if (without_key && encrypt)
    throw UsageError("--encrypt needs --key").hint("what encrypts is derived from the ring's key");
  return without_key ? std::string() : ring_key(key_file);
}

std::uint16_t RingOptions::checked_port() const {
  if (port < 0 || port > 65535) throw UsageError(fmt::format("{} is not a port", port));
  return static_cast<std::uint16_t>(port);
}

void TrustArguments::declare(cli::Arguments& arguments) {
  arguments.option("--trust", files, "FILE",
                   "take only what is signed by one of these public keys (repeatable)");
  arguments.option("--name", name, "NAME",
                   "what the sender calls this node; nothing meant for another is taken");
  arguments.option("--max-age", most_age, "SECONDS", "with --trust: since a transfer was issued");
  arguments.option("--issued-after", issued_after, "TIME",
                   "with --trust: take nothing from before, such as 2026-01-31T12:00:00Z");
}

TrustOptions TrustArguments::options(const std::string& root) const {
  TrustOptions options;
  options.name = name;
  options.root = root;
  for (const std::string& file : files) add_keys(options.keys, file);
  if (files.empty() && (most_age != 0 || !issued_after.empty()))
    throw UsageError("--max-age and --issued-after need --trust")
        .hint("what is not signed could say any time of issue");
  if (most_age < 0) throw UsageError("--max-age is at least 1");
  options.most_age = std::chrono::seconds(most_age);
  if (!issued_after.empty()) options.issued_after = base::parse_time(issued_after);
  return options;
}

}  // namespace lucie::dolly
