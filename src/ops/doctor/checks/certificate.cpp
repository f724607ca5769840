// Role: whether the certificate is good, for how long, for which names, and whether the running
// server shows it.
#include "actors/environment/clock.hpp"
#include "config/listen_address.hpp"
#include "config/web_names.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/shown_certificate.hpp"
#include "ops/doctor/words.hpp"
#include "ops/serve/tls_files.hpp"

#include <openssl/x509v3.h>

namespace hongbao::ops::doctor {

namespace {

/// Without a port.
std::string host_in(const std::string& name) {
    if (name.starts_with('[')) {
        return name.substr(1, name.find(']') - 1);
    }
    return name.substr(0, name.find(':'));
}

bool is_for(X509* certificate, const std::string& host) {
    return X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1 ||
           X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

std::string names_missing(const config::Settings& settings, X509* certificate) {
    std::string missing;
    for (const std::string& name : config::split_list(settings.allowed_hosts)) {
        if (const std::string host = host_in(name); !is_for(certificate, host)) {
            missing += (missing.empty() ? "" : ", ") + host;
        }
    }
    return missing;
}

void compare_with_shown(const Patient& patient, X509* certificate, Findings& findings) {
    const auto address = config::parse_listen_address(patient.settings.listen);
    if (patient.server_facts() == nullptr || !address || address->is_unix() || address->port == 0) {
        return;
    }
    const auto shown = shown_certificate(*address);
    if (shown != nullptr && X509_cmp(shown.get(), certificate) != 0) {
        findings.push_back(warning("the server at " + patient.settings.listen +
                                       " shows another certificate than the one in the file",
                                   "if the file was renewed: `kill -HUP`, or `systemctl reload "
                                   "hongbao`, has it read again"));
    }
}

} // namespace

Findings check_certificate(const Patient& patient) {
    const config::Settings& settings = patient.settings;
    if (settings.tls_certificate_file.empty() || settings.tls_key_file.empty()) {
        return {fine("no TLS: none is configured")};
    }
    const TlsFound tls = load_tls(settings);
    if (!tls.complaint.empty()) {
        return {patient.is_of_another_user() && is_about_rights(tls.complaint)
                    ? out_of_reach(tls.complaint)
                    : told(Verdict::fault, tls.complaint)};
    }
    Findings findings;
    X509* const certificate = tls.identity->certificate.get();
    const std::int64_t left_ms = tls.identity->ends_at_ms - actors::WallClock::machine_time();
    Finding finding = fine(words_of(*tls.identity) + ", in " + duration_in_words(left_ms) +
                           ", and its key belongs to it");
    if (!tls.warning.empty()) {
        finding = told(Verdict::warning, tls.warning);
    }
    finding.figures = {{"ends_at", domain::to_rfc3339(tls.identity->ends_at_ms)}};
    findings.push_back(std::move(finding));
    if (const std::string missing = names_missing(settings, certificate); !missing.empty()) {
        findings.push_back(warning("the certificate is not for " + missing +
                                       ", which allowed_hosts names: clients refuse it there",
                                   "get one for all names that clients use"));
    }
    compare_with_shown(patient, certificate, findings);
    return findings;
}

} // namespace hongbao::ops::doctor
