#pragma once

#include <string>

#include "installer/target_root.hpp"
#include "wire/slice.hpp"

/// What lucie-agent(8) finds on the node.
namespace lucie::installer {

/// The agents of an earlier configuration: those of LMPs that the node no longer has must not go on.
void remove_agents(const TargetRoot& root);

/// /etc/lucie/agent.conf; nothing when the slice says nothing of agents.
void write_agent_settings(const TargetRoot& root, const wire::Slice& slice);

/// /var/lib/lucie/files.json: the SHA-256 of each file of the overlay as templates and scripts left it, so
/// that agents can tell whether somebody changed it since.
void write_file_digests(const TargetRoot& root, const std::string& overlay);

}  // namespace lucie::installer
