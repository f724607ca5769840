// Role: file first, then the journal, then the file again and all loops.
#include "http/api/tokens/token_board.hpp"

namespace hongbao::http {

TokenBoard::TokenBoard(TokenSecrets secrets, Save save)
    : save_(std::move(save)), secrets_(std::make_shared<const TokenSecrets>(std::move(secrets))) {}

TokenSecretsPtr TokenBoard::secrets() const {
    const std::lock_guard lock(mutex_);
    return secrets_;
}

std::optional<std::string> TokenBoard::prepare(TokenRotation rotation) {
    TokenSecrets with = *secrets();
    with.prepared = std::move(rotation);
    if (auto fault = save_(with)) {
        return fault;
    }
    keep(std::move(with));
    return std::nullopt;
}

// If the file cannot be written, it still has the rotation prepared, and the next start does this
// again: nothing is lost but the time until then.
void TokenBoard::complete(domain::InstantMs now) {
    TokenSecrets after = completed(*secrets(), now);
    static_cast<void>(save_(after));
    keep(std::move(after));
    version_.fetch_add(1, std::memory_order_release);
    for (const auto& call : watchers_) {
        call();
    }
}

void TokenBoard::forget() {
    TokenSecrets without = *secrets();
    without.prepared.reset();
    static_cast<void>(save_(without));
    keep(std::move(without));
}

// What is only prepared changes nothing for whoever was verified: the version stays.
void TokenBoard::keep(TokenSecrets secrets) {
    const std::lock_guard lock(mutex_);
    secrets_ = std::make_shared<const TokenSecrets>(std::move(secrets));
}

} // namespace hongbao::http
