#pragma once

#include "metapackage/rpm_headers.hpp"
#include "metapackage/rpm_tables.hpp"

namespace lucie::metapackage {

/// An rpm of the header and the payload with the digests of both, as whoever wants to do harm would make it:
/// without them next to nothing gets past the first checks.
inline std::string forged_rpm(const RpmPieces& pieces, std::string_view payload) {
  const std::string noted = get_text(import_header(pieces.header).get(), RPMTAG_PAYLOADDIGEST),
                    digest = rpm_digest(payload, RPM_HASH_SHA256, true);
  std::string header(pieces.header);
  const auto place = header.find(noted);
  if (noted.size() == digest.size() && place != std::string::npos)
    header.replace(place, digest.size(), digest);
  std::string whole(pieces.lead);
  whole += signature_bytes(header, payload, 0, "");
  return (whole += header) += payload;
}

}  // namespace lucie::metapackage
