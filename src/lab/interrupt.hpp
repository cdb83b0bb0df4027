#pragma once

namespace lucie::lab {

/// From now on SIGINT, SIGTERM and SIGHUP only set a mark, so that what is under way can end in order.
void catch_interrupts();
/// True once one came.
bool interrupted();
/// Throws EnvironmentError "interrupted" once one came.
void stop_if_interrupted();

}  // namespace lucie::lab
