// Role: reads them, and looks at them by the clock of this machine.
#include "ops/serve/tls_files.hpp"

#include "actors/environment/clock.hpp"
#include "domain/values/rfc3339.hpp"
#include "persistence/files/secret_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr std::size_t file_bytes_max = std::size_t{1} << 20;

/// Empty, or a sentence.
std::string read_certificate(const std::string& path, std::string& text) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    text.resize(file_bytes_max + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.gcount() == 0 && errno != 0) {
        return path + " cannot be read: " + std::strerror(errno);
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > file_bytes_max) {
        return path + " has more than " + std::to_string(file_bytes_max) + " bytes";
    }
    if (text.find("PRIVATE KEY-----") == text.npos) {
        return {};
    }
    const auto fault = persistence::find_fault_of_secret_file(path); // it holds the key as well
    return fault ? fault->sentence : std::string();
}

std::string read_key(const std::string& path, std::string& text) {
    auto read = persistence::read_secret_file(path, file_bytes_max);
    if (const auto* failure = std::get_if<persistence::Failure>(&read)) {
        return failure->sentence;
    }
    text = std::move(std::get<std::string>(read));
    return {};
}

} // namespace

TlsFound load_tls(const config::Settings& settings) {
    TlsFound found;
    if (settings.tls_certificate_file.empty() || settings.tls_key_file.empty()) {
        return found;
    }
    http::TlsFiles files;
    files.certificate_name = settings.tls_certificate_file;
    files.key_name = settings.tls_key_file;
    found.complaint = read_certificate(files.certificate_name, files.certificate);
    if (found.complaint.empty()) {
        found.complaint = read_key(files.key_name, files.key);
    }
    if (!found.complaint.empty()) {
        return found;
    }
    const domain::InstantMs now = actors::WallClock::machine_time();
    auto read = http::read_tls_identity(files, now);
    explicit_bzero(files.key.data(), files.key.size());
    if (auto* fault = std::get_if<std::string>(&read)) {
        found.complaint = std::move(*fault);
        return found;
    }
    found.identity = std::move(std::get<http::TlsIdentity>(read));
    found.warning = http::warning_of(*found.identity, files.certificate_name, now).value_or("");
    return found;
}

std::string words_of(const http::TlsIdentity& identity) {
    return "the certificate ends at " + domain::to_rfc3339(identity.ends_at_ms);
}

} // namespace hongbao::ops
