// Role: settings as the options of each layer, since the layers do not know the settings.
#pragma once

#include "actors/engine.hpp"
#include "config/listen_address.hpp"
#include "config/settings.hpp"
#include "http/api/server_options.hpp"
#include "persistence/read_model/start/bring_up.hpp"

namespace hongbao::ops {

actors::EngineOptions engine_options(const config::Settings& settings);
/// How the state in a data directory is brought up. Says on stderr if the model is rebuilt.
persistence::BringUp bring_up_options(const config::Settings& settings,
                                      const std::filesystem::path& read_model_path,
                                      const persistence::JournalId& journal_id);
/// `address`: the checked setting `listen`.
http::ServerOptions server_options(const config::Settings& settings,
                                   const config::ListenAddress& address);

} // namespace hongbao::ops
