// Role: settings, as the options of each layer. The layers do not know the settings.
#pragma once

#include "actors/engine.hpp"
#include "config/settings.hpp"
#include "http/server.hpp"

namespace hongbao::ops {

actors::EngineOptions engine_options(const config::Settings& settings);
/// `host` and `port` come from the checked listen address.
http::ServerOptions server_options(const config::Settings& settings, const std::string& host,
                                   std::uint16_t port);

} // namespace hongbao::ops
