#include "accepting.hpp"
#include "wire/agent_status.hpp"
#include "wire/event.hpp"
#include "wire/slice.hpp"

using namespace lucie;

namespace {

/// What is taken comes back from its own text.
template <class Reader>
void read_and_write(const std::string& text, Reader read) {
  fuzz::accepts([&] {
    const std::string written = wire::to_json(read(text));
    std::string again;
    fuzz::demand(fuzz::accepts([&] { again = wire::to_json(read(written)); }),
                 "what was taken can be read again");
    fuzz::demand(again == written, "what was taken comes back");
  });
}

}  // namespace

/// JSON between lucied, its nodes and its commands.
int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string text = fuzz::text_of(bytes, size);
  read_and_write(text, wire::slice_from_json);
  read_and_write(text, wire::events_from_json);
  read_and_write(text, wire::nodes_from_json);
  read_and_write(text, wire::agents_from_json);
  return 0;
}
