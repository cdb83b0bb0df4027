#pragma once

#include <chrono>
#include <vector>

#include "base/reporter.hpp"
#include "installer/module.hpp"
#include "installer/order.hpp"
#include "installer/runner.hpp"
#include "installer/server.hpp"
#include "installer/session.hpp"
#include "wire/slice.hpp"

namespace lucie::installer {

/// The modules of a slice, found, asked what they need, and ordered.
struct Plan {
  std::vector<Module> modules;
  Order order;
};

/// Asks the server for the slice and the modules that LMPs and the administrator bring, and stores them below
/// RUN: slice.json (0600), modules/, server-clock. `patience`: how long a server that does not answer is
/// waited for.
void fetch_slice(const Session& session, const Server& server, std::chrono::seconds patience,
                 base::Reporter& reporter);

/// Reads RUN/slice.json. Throws lucie::Error with the hint to run without --resume when there is none.
wire::Slice read_slice(const Session& session);

/// Finds, asks and orders the modules; time limits and retries of the slice win over the modules' own.
/// Throws FaultsError with everything that is wrong, before anything is run.
Plan make_plan(const Session& session, const wire::Slice& slice);

/// The plan as text, a module a line with the modules that it waits for.
std::string describe(const Plan& plan);

}  // namespace lucie::installer
