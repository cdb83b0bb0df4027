#include "net/fetch.hpp"

#include "net/fetch_transfer.hpp"

namespace lucie::net {

Response fetch(const Request& request) {
  return fetch_streamed(request, {});
}

Response fetch_streamed(const Request& request, const std::function<void(std::string_view)>& receive) {
  Transfer transfer(request, receive);
  return transfer.finish(transfer.perform());
}

}  // namespace lucie::net
