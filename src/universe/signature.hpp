#pragma once

#include <string>

namespace lucie::universe {

/// Checks the OpenPGP signature inside a clear-signed text (InRelease) with gpgv and returns the text that
/// was signed, nothing beside it.
///
/// `signed_by` says which keys count, like apt's Signed-By: keyring files (binary or armored) or folders of
/// them (`*.gpg`, `*.asc`), a key block itself, or fingerprints of keys in /etc/apt/trusted.gpg.d; several
/// are separated by commas. One good signature is enough; signatures of unknown keys beside it do no harm.
/// Throws lucie::Error that says why the text is not trusted.
std::string verify_clearsigned(const std::string& text, const std::string& signed_by);

/// The same for a text whose signature is a file of its own (Release and Release.gpg).
void verify_detached(const std::string& text, const std::string& signature, const std::string& signed_by);

}  // namespace lucie::universe
