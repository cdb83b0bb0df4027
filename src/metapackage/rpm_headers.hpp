#pragma once

#include <cstdint>
#include <memory>
#include <rpm/header.h>
#include <rpm/rpmcrypto.h>
#include <rpm/rpmtag.h>
#include <string>
#include <string_view>
#include <vector>

/// librpm's headers with owners; only rpm_*.cpp include this.
namespace lucie::metapackage {

struct HeaderFree {
  void operator()(Header header) const { headerFree(header); }
};
using RpmHeader = std::unique_ptr<headerToken_s, HeaderFree>;

/// What stands before every header in a file.
inline constexpr std::string_view header_magic{"\x8e\xad\xe8\x01\0\0\0\0", 8};
/// The lead, which only says that the file is an rpm (rpm's docs, "Lead").
inline constexpr std::size_t lead_size = 96;
inline constexpr std::string_view lead_magic{"\xed\xab\xee\xdb", 4};

/// Throw lucie::Error when librpm refuses the value.
void put_text(Header header, rpmTagVal tag, const std::string& value);
void put_translated(Header header, rpmTagVal tag, const std::string& value);
void put_texts(Header header, rpmTagVal tag, const std::vector<std::string>& values);
void put_numbers(Header header, rpmTagVal tag, const std::vector<std::uint32_t>& values);
void put_short_numbers(Header header, rpmTagVal tag, const std::vector<std::uint16_t>& values);

/// The same for headers of signatures, whose tags have the numbers of others with another type.
void put_signature_text(Header header, rpmTagVal tag, const std::string& value);
void put_signature_number(Header header, rpmTagVal tag, std::uint32_t value);
void put_signature_bytes(Header header, rpmTagVal tag, const std::string& value);

/// The first value of a tag, or an empty string.
std::string get_text(Header header, rpmTagVal tag);
std::string get_bytes(Header header, rpmTagVal tag);
/// All values of a tag; none when it has another type.
std::vector<std::string> get_texts(Header header, rpmTagVal tag);
std::vector<std::uint32_t> get_numbers(Header header, rpmTagVal tag);

/// The header with the region that its digests and signatures cover.
RpmHeader reloaded(RpmHeader header, rpmTagVal region);

/// The header as it stands in a file, with its magic.
std::string header_bytes(Header header);

/// A file's parts; `signature` without the bytes that fill it up.
struct RpmPieces {
  std::string_view lead, signature, header, payload;
};
/// Throws lucie::Error when they are not all there. Looks at no digest.
RpmPieces cut_rpm(std::string_view bytes);
RpmHeader import_header(std::string_view bytes);

/// `hexadecimal`, or else raw.
std::string rpm_digest(std::string_view bytes, rpmHashAlgo algorithm, bool hexadecimal);

}  // namespace lucie::metapackage
