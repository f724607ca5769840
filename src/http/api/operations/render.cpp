// Role: writes the audit; sums wider than 64 bits become text digit by digit.
#include "http/api/operations/render.hpp"

#include "http/api/render.hpp"

#include <algorithm>
#include <string_view>

namespace hongbao::http {

namespace {

/// Sums may exceed what a JSON library holds in a number.
std::string decimal(domain::FenSum sum) {
    if (sum == 0) {
        return "0";
    }
    const bool negative = sum < 0;
    std::string digits;
    while (sum != 0) {
        const auto digit = static_cast<int>(sum % 10);
        digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
        sum /= 10;
    }
    if (negative) {
        digits.push_back('-');
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

} // namespace

std::string render_audit(const persistence::Audit& audit) {
    return R"({"deposited_fen":)" + decimal(audit.deposited_fen) + R"(,"withdrawn_fen":)" +
           decimal(audit.withdrawn_fen) + R"(,"accounts_fen":)" + decimal(audit.accounts_fen) +
           R"(,"escrow_fen":)" + decimal(audit.escrow_fen) + R"(,"suspended_fen":)" +
           decimal(audit.suspended_fen) + R"(,"difference_fen":)" +
           decimal(audit.difference_fen()) + R"(,"journal_sequence":)" +
           std::to_string(audit.position.last_sequence) + R"(,"journal_hash":")" +
           hex(audit.position.chain_hash) + R"("})";
}

} // namespace hongbao::http
