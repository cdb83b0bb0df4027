#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

/// Signatures made by gpg with a key of the one who publishes.
namespace lucie::metapackage {

/// All throw lucie::Error with gpg's words when the key cannot be used.
void sign_clear(const std::filesystem::path& file, const std::filesystem::path& into, const std::string& key);
void sign_beside(const std::filesystem::path& file, const std::filesystem::path& into,
                 const std::string& key);
/// A detached signature of the bytes, as OpenPGP packets.
std::string signature_of(std::string_view bytes, const std::string& key);

/// The key's public part, armored. Throws lucie::Error when there is no such key.
std::string public_key(const std::string& key);
/// The fingerprints of the keys in an armored text.
std::set<std::string> fingerprints(const std::string& keys);

/// Throws lucie::Error unless the signature of the file is good and made by a key that gpg knows.
void verify_beside(const std::filesystem::path& file, const std::filesystem::path& signature);

}  // namespace lucie::metapackage
