#pragma once

#include <chrono>
#include <string>

namespace lucie::agent {

/// cron starts lucie-agent every minute; this is the host's turn. The hosts of a cluster are spread over the
/// interval, so that lucied does not hear all of them at once.
bool is_due(const std::string& host, std::chrono::seconds interval,
            std::chrono::system_clock::time_point now);

/// How long the host waits within its minute.
std::chrono::seconds delay_of(const std::string& host, std::chrono::seconds interval);

}  // namespace lucie::agent
