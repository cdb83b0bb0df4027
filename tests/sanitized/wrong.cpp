#include <climits>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

/// Reads behind the end of what it is told to, and says what was there.
int read_beyond(const std::vector<char>& bytes) {
  return bytes.data()[bytes.size()];
}

int add(int left, int right) {
  return left + right;
}

[[gnu::noinline]] void lose_memory() {
  for (int count = 0; count < 100; ++count) std::memset(new char[100], count, 100);
}

}  // namespace

/// Does what the sanitizers are to find: wrong beyond|overflow|leak|nothing.
int main(int count, char** words) {
  const char* const what = count > 1 ? words[1] : "nothing";
  if (std::strcmp(what, "beyond") == 0) std::printf("%d\n", read_beyond(std::vector<char>(100)));
  if (std::strcmp(what, "overflow") == 0) std::printf("%d\n", add(INT_MAX, count));
  if (std::strcmp(what, "leak") == 0) lose_memory();
  std::puts("ended");
  return 0;
}
