// Role: writes the audit.
#include "http/api/operations/render.hpp"

#include "http/api/render.hpp"

namespace hongbao::http {

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
