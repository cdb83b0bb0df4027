#include "dolly/status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "dolly/handshake.hpp"
#include "wire/whole_number.hpp"

namespace lucie::dolly {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using wire::whole_number;

NodeState state_in(const json& record) {
  const std::string word = record.at("state");
  for (const NodeState state : {NodeState::waiting, NodeState::receiving, NodeState::done, NodeState::gone,
                                NodeState::failed, NodeState::slow}) {
    if (word == to_string(state)) return state;
  }
  throw ConnectionLost("an answer with a state that is not known");
}

ordered_json record_of(const NodeBehind& node) {
  ordered_json record = {{"node", node.name}, {"state", to_string(node.state)}, {"verified", node.verified}};
  if (!node.why.empty()) record["why"] = node.why;
  return record;
}

NodeBehind node_of(const json& record) {
  return {record.at("node"), state_in(record), whole_number<std::uint64_t>(record.at("verified")),
          record.value("why", "")};
}

}  // namespace

std::string to_json(const NodeStatus& status) {
  ordered_json record = {{"state", to_string(status.state)}};
  if (!status.transfer.empty()) {
    ordered_json behind = ordered_json::array();
    for (const NodeBehind& node : status.behind) behind.push_back(record_of(node));
    record.update({{"name", status.name},
                   {"transfer", status.transfer},
                   {"files", status.files},
                   {"bytes", status.bytes},
                   {"verified", status.verified},
                   {"from", status.from},
                   {"to", status.to},
                   {"behind", behind}});
  }
  if (!status.why.empty()) record["why"] = status.why;
  return record.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

NodeStatus status_from_json(const std::string& text) {
  NodeStatus status;
  try {
    const json record = json::parse(text);
    status.state = state_in(record);
    status.why = record.value("why", "");
    if (!record.contains("transfer")) return status;
    record.at("name").get_to(status.name);
    record.at("transfer").get_to(status.transfer);
    record.at("files").get_to(status.files);
    status.bytes = whole_number<std::uint64_t>(record.at("bytes"));
    status.verified = whole_number<std::uint64_t>(record.at("verified"));
    record.at("from").get_to(status.from);
    record.at("to").get_to(status.to);
    for (const json& node : record.at("behind")) status.behind.push_back(node_of(node));
  } catch (const json::exception& problem) {
    throw ConnectionLost(fmt::format("this is no answer: {}", problem.what()));
  } catch (const Error& problem) {
    throw ConnectionLost(fmt::format("this is no answer: {}", problem.what()));
  }
  return status;
}

NodeStatus ask_for_status(Network& network, const RingNode& node, const std::string& key,
                          milliseconds limit) {
  Channel channel(network.dial(node.address, node.port, limit));
  introduce(channel, key, limit);
  channel.send(Kind::ask);
  return status_from_json(expect_frame(channel, Kind::state, limit));
}

}  // namespace lucie::dolly
