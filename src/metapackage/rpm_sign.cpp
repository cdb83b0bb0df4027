#include <rpm/rpmpgp.h>

#include "base/error.hpp"
#include "metapackage/rpm.hpp"
#include "metapackage/rpm_headers.hpp"
#include "metapackage/rpm_tables.hpp"

namespace lucie::metapackage {
namespace {

/// Signing writes into this room, so that the rest of the file keeps its place (as rpmbuild does).
constexpr std::size_t signature_room = 4128;

/// RSA signatures have a tag of their own; DSA, ECDSA and EdDSA share the other.
rpmTagVal tag_of(const std::string& signature) {
  pgpDigParams parameters = nullptr;
  const auto* packets = reinterpret_cast<const std::uint8_t*>(signature.data());
  if (pgpPrtParams(packets, signature.size(), PGPTAG_SIGNATURE, &parameters) != 0) {
    throw Error("rpm cannot read the signature that gpg made").hint("RSA and Ed25519 keys are known to work");
  }
  const unsigned algorithm = pgpDigParamsAlgo(parameters, PGPVAL_PUBKEYALGO);
  pgpDigParamsFree(parameters);
  return algorithm == PGPPUBKEYALGO_RSA ? RPMSIGTAG_RSA : RPMSIGTAG_DSA;
}

}  // namespace

std::string signature_bytes(std::string_view header, std::string_view payload, std::uint32_t archive_size,
                            const std::string& signature) {
  RpmHeader fresh(headerNew());
  const std::string both = std::string(header) + std::string(payload);
  put_signature_number(fresh.get(), RPMSIGTAG_SIZE, static_cast<std::uint32_t>(both.size()));
  put_signature_bytes(fresh.get(), RPMSIGTAG_MD5, rpm_digest(both, RPM_HASH_MD5, false));
  put_signature_text(fresh.get(), RPMSIGTAG_SHA1, rpm_digest(header, RPM_HASH_SHA1, true));
  put_signature_text(fresh.get(), RPMSIGTAG_SHA256, rpm_digest(header, RPM_HASH_SHA256, true));
  put_signature_number(fresh.get(), RPMSIGTAG_PAYLOADSIZE, archive_size);
  put_signature_bytes(fresh.get(), RPMSIGTAG_RESERVEDSPACE, std::string(signature_room, '\0'));
  if (!signature.empty()) put_signature_bytes(fresh.get(), tag_of(signature), signature);
  fresh = reloaded(std::move(fresh), RPMTAG_HEADERSIGNATURES);
  std::string bytes = header_bytes(fresh.get());
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
  return bytes;
}

bool is_signed_rpm(std::string_view bytes) {
  const RpmHeader header = import_header(cut_rpm(bytes).signature);
  return headerIsEntry(header.get(), RPMSIGTAG_RSA) == 1 || headerIsEntry(header.get(), RPMSIGTAG_DSA) == 1;
}

std::string signed_rpm(std::string_view bytes, const std::function<std::string(std::string_view)>& sign) {
  const RpmPieces pieces = cut_rpm(bytes);
  const RpmHeader old = import_header(pieces.signature);
  std::string text(pieces.lead);
  const auto archive_size = static_cast<std::uint32_t>(headerGetNumber(old.get(), RPMSIGTAG_PAYLOADSIZE));
  text += signature_bytes(pieces.header, pieces.payload, archive_size, sign(pieces.header));
  text += pieces.header;
  text += pieces.payload;
  return text;
}

}  // namespace lucie::metapackage
