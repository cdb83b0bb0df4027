#include "wire/sealed.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace lucie::wire {
namespace {

constexpr std::string_view protocol = "lucie-agent/";
constexpr std::string_view version = "1";

/// A newline stands in no kind and no host, so that the parts cannot be cut in another way.
std::string mac_of(std::string_view kind, std::string_view host, std::string_view key,
                   std::string_view content) {
  return base::to_hex(base::hmac_sha256(base::from_hex(key), fmt::format("{}\n{}\n{}", kind, host, content)));
}

}  // namespace

std::string seal(std::string_view kind, std::string_view host, std::string_view key,
                 std::string_view content) {
  return fmt::format("{}{} {} {} {}\n{}", protocol, version, kind, host, mac_of(kind, host, key, content),
                     content);
}

Sealed unseal(std::string_view datagram) {
  if (datagram.size() > most_datagram)
    throw Error(fmt::format("a datagram of more than {} bytes", most_datagram));
  const std::size_t end = datagram.find('\n');
  const auto words = base::split_words(datagram.substr(0, end));
  if (end == std::string_view::npos || words.size() != 4 || !words[0].starts_with(protocol))
    throw Error("no datagram of an agent");
  if (words[0].substr(protocol.size()) != version)
    throw Error(fmt::format("version '{}' of the agents' protocol, but this program knows {}",
                            base::escape_control(words[0].substr(protocol.size())), version));
  if (!base::is_host_name(words[2])) throw Error("a datagram of an agent without a host's name");
  return {
      .kind = words[1], .host = words[2], .mac = words[3], .content = std::string(datagram.substr(end + 1))};
}

bool is_genuine(const Sealed& sealed, std::string_view key) {
  return base::equal_secrets(sealed.mac, mac_of(sealed.kind, sealed.host, key, sealed.content));
}

}  // namespace lucie::wire
