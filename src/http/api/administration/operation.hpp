// Role: who does something as the server's operator, and why: what the record of it says.
// Owner: the exchange's coroutine.
#pragma once

#include "domain/record.hpp"
#include "http/api/route.hpp"

#include <memory>
#include <string>

namespace hongbao::http {

/// Of a command that changes the server, or somebody's money as nobody else could. `reason` is
/// empty if the event has one of its own, or none was asked for.
std::shared_ptr<const domain::Operation> operation_of(const RouteContext& context,
                                                      std::string reason = {});

/// The same of a command to an account or a sale: null unless it is one that operators alone give.
std::shared_ptr<const domain::Operation> operation_of_command(const RouteContext& context,
                                                              std::string reason = {});

} // namespace hongbao::http
