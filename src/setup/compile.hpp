#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "config/compiled.hpp"
#include "setup/inputs.hpp"
#include "setup/network.hpp"
#include "universe/pool.hpp"

namespace lucie::setup {

/// Reads STATE/lock.json. Throws lucie::Error with the hint to run `lucie-setup lock` when there is none.
universe::Lock load_lock(const base::Paths& paths);

/// Every service set, kernel and LMP of the inputs that the lock does not stand for; each a fault with the
/// hint to lock again.
std::vector<Fault> not_locked(const Inputs& inputs, const universe::Lock& lock);

/// The compiled cluster of these inputs on that lock. Paths are relative to STATE; hashes and sizes of the
/// base archives, the version and the moment are filled in when it is deployed. `lock` must stand for the
/// inputs. Addresses of the server are those of `served`.
config::Compiled compile(const Inputs& inputs, const universe::Lock& lock,
                         const std::vector<ServedNetwork>& served);

}  // namespace lucie::setup
