#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Datagrams that tell who wrote them: one line `lucie-agent/1 KIND HOST MAC`, then the content. MAC is
/// HMAC-SHA256 (RFC 2104) with the node's key over kind, host and content, in hexadecimal.
namespace lucie::wire {

/// Reports and answers fit into one Ethernet frame of 1,500 bytes, so that no fragment can be lost.
inline constexpr std::size_t most_datagram = 1472;

/// UDP port of lucied, where nodes' agents tell what they found.
inline constexpr unsigned agent_port = 8082;

/// A datagram taken apart; nothing of it is to be believed before `is_genuine`.
struct Sealed {
  std::string kind;  ///< "report" or "answer": one can never be taken for the other
  std::string host;
  std::string mac;  ///< hexadecimal
  std::string content;
};

/// `key` in hexadecimal.
std::string seal(std::string_view kind, std::string_view host, std::string_view key,
                 std::string_view content);
/// Throws lucie::Error when the bytes are no such datagram: too long, another protocol or version.
Sealed unseal(std::string_view datagram);
bool is_genuine(const Sealed& sealed, std::string_view key);

}  // namespace lucie::wire
