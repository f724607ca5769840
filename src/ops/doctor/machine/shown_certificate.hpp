// Role: which certificate a server shows to those who connect. Owner thread: the caller's.
#pragma once

#include "config/listen_address.hpp"

#include <openssl/x509.h>

#include <memory>

namespace hongbao::ops::doctor {

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

/// Null if none is shown within a few seconds. Nothing is believed of it.
std::unique_ptr<X509, FreeCertificate> shown_certificate(const config::ListenAddress& address);

} // namespace hongbao::ops::doctor
