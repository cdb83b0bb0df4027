#include "dolly/simulation/fiber.hpp"

#include <cstring>
#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LUCIE_ADDRESS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LUCIE_ADDRESS_SANITIZER
#endif
#ifdef LUCIE_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace lucie::dolly {
namespace {

/// Stacks that get a page behind which nothing lies, so that one that overflows is found. Each splits a
/// mapping, and a process may not have too many of those (vm.max_map_count, 65,530).
constexpr std::size_t most_guarded = 4096;

void exchange_exceptions(ExceptionsUnderWay& fiber) {
  auto* const thread = reinterpret_cast<ExceptionsUnderWay*>(abi::__cxa_get_globals());
  std::swap(*thread, fiber);
}

}  // namespace

Stacks::~Stacks() {
  for (char* stack : all_) munmap(stack, size);
}

char* Stacks::take() {
  if (!unused_.empty()) {
    char* const stack = unused_.back();
    unused_.pop_back();
    return stack;
  }
  void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) throw_errno("get memory for another simulated thread");
  if (all_.size() < most_guarded) mprotect(memory, static_cast<std::size_t>(getpagesize()), PROT_NONE);
  all_.push_back(static_cast<char*>(memory));
  return all_.back();
}

void append(Waiters& waiters, Fiber& fiber) {
  fiber.waits_in = &waiters;
  fiber.before = waiters.last;
  fiber.after = nullptr;
  (waiters.last != nullptr ? waiters.last->after : waiters.first) = &fiber;
  waiters.last = &fiber;
}

void remove_from_queue(Fiber& fiber) {
  Waiters* const waiters = std::exchange(fiber.waits_in, nullptr);
  if (waiters == nullptr) return;
  (fiber.before != nullptr ? fiber.before->after : waiters->first) = fiber.after;
  (fiber.after != nullptr ? fiber.after->before : waiters->last) = fiber.before;
}

void Switch::prepare(Fiber& fiber, void (*entry)()) {
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack;
  fiber.context.uc_stack.ss_size = Stacks::size;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, entry, 0);
}

void Switch::enter(Fiber& fiber) {
  exchange_exceptions(fiber.exceptions);
#ifdef LUCIE_ADDRESS_SANITIZER
  void* own = nullptr;
  __sanitizer_start_switch_fiber(&own, fiber.stack, Stacks::size);
#endif
  swapcontext(&scheduler_, &fiber.context);
#ifdef LUCIE_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
#endif
  exchange_exceptions(fiber.exceptions);
}

void Switch::leave(Fiber& fiber, [[maybe_unused]] bool for_ever) {
#ifdef LUCIE_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &fiber.sanitizer, stack_, stack_size_);
#endif
  swapcontext(&fiber.context, &scheduler_);
#ifdef LUCIE_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fiber.sanitizer, &stack_, &stack_size_);
#endif
}

void Switch::arrived() {
#ifdef LUCIE_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(nullptr, &stack_, &stack_size_);
#endif
}

}  // namespace lucie::dolly
