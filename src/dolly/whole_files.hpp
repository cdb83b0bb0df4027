#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/ed25519.hpp"
#include "dolly/received_files.hpp"
#include "dolly/served_files.hpp"

/// Which files a sender and a receiver have for those who fetch them.
namespace lucie::dolly {

/// Where received files go, as of `files_below`; those of complete transfers are served from there.
OpenFiles served_files_below(const std::filesystem::path& root, ServedFiles& served);

/// What a master sends. `store` outlives the files; its chunks are read on when somebody asks for them.
/// `paths` are those of the files of `offer`, which is `sign`'s owner's.
void serve_sent(const Offer& offer, const std::vector<std::filesystem::path>& paths, Store& store,
                const std::optional<base::SigningKey>& sign, ServedFiles& served);

}  // namespace lucie::dolly
