#pragma once

#include <filesystem>

namespace lucie::lab {

/// The lab's first process: in namespaces of its own it makes disk, root and network as the plan in
/// `STATE/lab.json` says, creates `STATE/ready`, and from then on only reaps what ended. When it dies,
/// everything in the lab dies and every mount and device of the lab is gone.
/// Returns the exit status of the process.
int run_inside(const std::filesystem::path& state);

}  // namespace lucie::lab
