// Role: the certificate and the key that the settings name: for a start, for SIGHUP and for `config
// check` alike.
#pragma once

#include "config/settings.hpp"
#include "http/transport/tls/tls_identity.hpp"

#include <optional>
#include <string>

namespace hongbao::ops {

struct TlsFound {
    std::optional<http::TlsIdentity> identity; // absent also without TLS
    std::string complaint;                     // empty: nothing is wrong
    std::string warning;                       // empty: nothing will be wrong soon
};

TlsFound load_tls(const config::Settings& settings);

/// Of the log, after a reload.
std::string words_of(const http::TlsIdentity& identity);

} // namespace hongbao::ops
