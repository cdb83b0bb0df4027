#include "lab/interrupt.hpp"

#include <csignal>

#include "base/error.hpp"

namespace lucie::lab {
namespace {

volatile std::sig_atomic_t came = 0;

void remember(int) {
  came = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
}

bool interrupted() {
  return came != 0;
}

void stop_if_interrupted() {
  if (interrupted()) throw EnvironmentError("interrupted");
}

}  // namespace lucie::lab
