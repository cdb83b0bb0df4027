#include <cstdlib>
#include <new>
#include <sanitizer/allocator_interface.h>

/// Only in builds with the sanitizer of addresses. libsolv lets what it keeps of an index grow by a kilobyte
/// at a time, some megabytes long. The C library moves pages for that; the sanitizer's allocator copies all
/// each time, which takes minutes for the index of a distribution. This takes the place of libsolv's own
/// function and gives what is large room to grow.
extern "C" void* solv_realloc(void* old, std::size_t size) {
  constexpr std::size_t large = 65536;
  const bool is_large = old != nullptr && size >= large;
  if (is_large && __sanitizer_get_allocated_size(old) >= size) return old;
  void* const memory = std::realloc(old, is_large ? size + size / 2 : size + (size == 0 ? 1 : 0));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
