#include "metapackage/rpm_headers.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <rpm/rpmtd.h>

#include "base/error.hpp"

namespace lucie::metapackage {
namespace {

/// The library behind librpm's digests sets itself up when the first is asked for, and refuses those of other
/// threads meanwhile.
void set_up_digests() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (DIGEST_CTX context = rpmDigestInit(RPM_HASH_SHA256, RPMDIGEST_NONE))
      rpmDigestFinal(context, nullptr, nullptr, 0);
  });
}

void check(int done, rpmTagVal tag) {
  if (done != 1) throw Error(fmt::format("librpm does not take the tag {}", static_cast<int>(tag)));
}

void put_typed(Header header, rpmTagVal tag, rpmTagType type, const void* data, std::size_t count) {
  const rpmtd value = rpmtdNew();
  value->tag = tag;
  value->type = type;
  value->data = const_cast<void*>(data);  // librpm copies it
  value->count = static_cast<rpm_count_t>(count);
  const int done = headerPut(header, value, HEADERPUT_DEFAULT);
  rpmtdFree(value);
  check(done, tag);
}

}  // namespace

void put_text(Header header, rpmTagVal tag, const std::string& value) {
  check(headerPutString(header, tag, value.c_str()), tag);
}

void put_translated(Header header, rpmTagVal tag, const std::string& value) {
  check(headerAddI18NString(header, tag, value.c_str(), "C"), tag);
}

void put_texts(Header header, rpmTagVal tag, const std::vector<std::string>& values) {
  if (values.empty()) return;  // librpm knows no empty tags
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  check(headerPutStringArray(header, tag, texts.data(), static_cast<rpm_count_t>(texts.size())), tag);
}

void put_numbers(Header header, rpmTagVal tag, const std::vector<std::uint32_t>& values) {
  if (values.empty()) return;
  check(headerPutUint32(header, tag, values.data(), static_cast<rpm_count_t>(values.size())), tag);
}

void put_short_numbers(Header header, rpmTagVal tag, const std::vector<std::uint16_t>& values) {
  if (values.empty()) return;
  check(headerPutUint16(header, tag, values.data(), static_cast<rpm_count_t>(values.size())), tag);
}

void put_signature_text(Header header, rpmTagVal tag, const std::string& value) {
  put_typed(header, tag, RPM_STRING_TYPE, value.c_str(), 1);
}

void put_signature_number(Header header, rpmTagVal tag, std::uint32_t value) {
  put_typed(header, tag, RPM_INT32_TYPE, &value, 1);
}

void put_signature_bytes(Header header, rpmTagVal tag, const std::string& value) {
  put_typed(header, tag, RPM_BIN_TYPE, value.data(), value.size());
}

std::string get_text(Header header, rpmTagVal tag) {
  const rpmtd data = rpmtdNew();
  std::string value;
  if (headerGet(header, tag, data, HEADERGET_EXT) == 1) {
    const std::unique_ptr<char, decltype(&std::free)> text(rpmtdFormat(data, RPMTD_FORMAT_STRING, nullptr),
                                                           std::free);
    if (text) value = text.get();
  }
  rpmtdFreeData(data);
  rpmtdFree(data);
  return value;
}

std::string get_bytes(Header header, rpmTagVal tag) {
  const rpmtd data = rpmtdNew();
  std::string value;
  if (headerGet(header, tag, data, HEADERGET_MINMEM) == 1 && rpmtdType(data) == RPM_BIN_TYPE) {
    value.assign(static_cast<const char*>(data->data), data->count);
  }
  rpmtdFreeData(data);
  rpmtdFree(data);
  return value;
}

std::vector<std::string> get_texts(Header header, rpmTagVal tag) {
  const rpmtd data = rpmtdNew();
  std::vector<std::string> values;
  if (headerGet(header, tag, data, HEADERGET_MINMEM) == 1 && rpmtdType(data) == RPM_STRING_ARRAY_TYPE) {
    while (const char* value = rpmtdNextString(data)) values.emplace_back(value);
  }
  rpmtdFreeData(data);
  rpmtdFree(data);
  return values;
}

std::vector<std::uint32_t> get_numbers(Header header, rpmTagVal tag) {
  const rpmtd data = rpmtdNew();
  std::vector<std::uint32_t> values;
  if (headerGet(header, tag, data, HEADERGET_MINMEM) == 1 && rpmtdType(data) == RPM_INT32_TYPE) {
    while (const std::uint32_t* value = rpmtdNextUint32(data)) values.push_back(*value);
  }
  rpmtdFreeData(data);
  rpmtdFree(data);
  return values;
}

std::string header_bytes(Header header) {
  unsigned size = 0;
  const std::unique_ptr<void, decltype(&std::free)> blob(headerExport(header, &size), std::free);
  if (!blob) throw Error("librpm cannot write a header");
  return std::string(header_magic) + std::string(static_cast<const char*>(blob.get()), size);
}

RpmHeader reloaded(RpmHeader header, rpmTagVal region) {
  RpmHeader whole(headerReload(header.release(), region));
  if (!whole) throw Error("librpm cannot close a header");
  return whole;
}

std::string rpm_digest(std::string_view bytes, rpmHashAlgo algorithm, bool hexadecimal) {
  set_up_digests();
  DIGEST_CTX context = rpmDigestInit(algorithm, RPMDIGEST_NONE);
  if (context == nullptr) throw EnvironmentError("librpm cannot compute a digest");
  rpmDigestUpdate(context, bytes.data(), bytes.size());
  void* data = nullptr;
  std::size_t size = 0;
  rpmDigestFinal(context, &data, &size, hexadecimal ? 1 : 0);
  const std::unique_ptr<void, decltype(&std::free)> owner(data, std::free);
  std::string digest(static_cast<const char*>(data), size);
  if (hexadecimal && !digest.empty() && digest.back() == '\0') digest.pop_back();
  return digest;
}

}  // namespace lucie::metapackage
