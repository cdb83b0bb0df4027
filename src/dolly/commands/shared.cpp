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

}  // namespace

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
  if (without_key) return {};
  const std::string text = base::read_file(key_file, 4096);
  const auto digits = base::trim(text);
  if (digits.size() < least_digits || digits.size() % 2 != 0 || !is_hexadecimal(digits))
    throw Error(fmt::format("{} holds no key", key_file))
        .hint(fmt::format("a key is an even number of hexadecimal digits, at least {}", least_digits));
  return base::from_hex(digits);
}

std::uint16_t RingOptions::checked_port() const {
  if (port < 0 || port > 65535) throw UsageError(fmt::format("{} is not a port", port));
  return static_cast<std::uint16_t>(port);
}

}  // namespace lucie::dolly
