// Role: the large answers, which an Answer keeps in a box: an entity as it stands, a refusal that
// says what became of it, a page of a list.
// Owner thread: made by an actor or the projector, read by the front end's loop.
#pragma once

#include "actors/protocol/answer.hpp"
#include "domain/account/account.hpp"
#include "domain/account/preview.hpp"
#include "domain/packet/packet.hpp"
#include "persistence/read_model/account/statement_line.hpp"
#include "persistence/read_model/campaign/summary.hpp"
#include "persistence/read_model/days/day.hpp"
#include "persistence/read_model/sale/summary.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::actors {

struct AccountView {
    domain::Account account; // as settled
    bool created = false;    // by this request
    bool replayed = false;   // the first answer again (rule 4)
};

/// A deposit, withdrawal or transfer that is done.
struct TradeReceipt {
    persistence::Trade trade;
    domain::Fen balance_fen =
        0;                 // of the account that decided it, right after; of a transfer the payer's
    bool replayed = false; // the first answer again (rule 4)
};

/// A packet as clients may see it: never its pass phrase, its seed only once it is over (rule 12).
struct PacketView {
    domain::PacketSent terms; // abridged
    domain::PacketStatus status = domain::PacketStatus::open;
    domain::Fen remaining_fen = 0;
    std::int64_t remaining_count = 0;
    domain::InstantMs created_at = 0;
    std::optional<domain::InstantMs> closed_at;
    std::optional<std::int64_t> exhausted_in_ms;
    std::optional<domain::UserId> luckiest_user_id; // only once exhausted (rule 13)
    std::optional<domain::Fen> refund_fen;
    std::optional<domain::Hash256> seed_hash; // of a packet that is split up front
    bool passphrase_required = false;
    bool replayed = false; // the first answer again (rule 4)
    /// Everything up to this record is in it, and nothing after it. Known when it goes out: see
    /// stamp.
    domain::Sequence as_of = 0;
};

/// A packet on the list of a user, with that user's own share if there is one.
struct MentionView {
    PacketView packet;
    std::optional<domain::Fen> own_share_fen;
    std::optional<domain::InstantMs> own_opened_at;
};

struct CampaignView {
    persistence::CampaignSummary summary;
    bool replayed = false; // the first answer again (rule 4)
};
/// A campaign as it was right after it was funded: the answer to that, now and whenever it is asked
/// again.
CampaignView view_of_funded(const domain::CampaignFunded& funded, domain::InstantMs at);

struct SaleView {
    persistence::SaleSummary summary;
    bool replayed = false; // the first answer again (rule 4)
};
/// A sale as it was right after it was opened.
SaleView view_of_opened(const domain::SaleOpened& opened, domain::InstantMs at);

struct OrderView {
    persistence::OrderSummary summary;
    bool replayed = false; // the first answer again (rule 4)
};
/// An order as it was right after it was paid from the account, given the gateway's payments before
/// that.
OrderView view_of_paid(const domain::OrderPaid& paid, domain::InstantMs at,
                       std::vector<domain::ExternalPayment>&& external_payments);

/// The order cannot be changed like this any more: what it has become.
struct OrderRefusal {
    domain::Rejection rejection = domain::Rejection::order_final;
    persistence::OrderSummary order;
};

/// What became of a gateway's payment, and the order after it.
struct ExternalPaymentReceipt {
    persistence::OrderSummary order;
    domain::ExternalPayment payment;
    bool repeat = false; // it was told of before
    bool replayed = false;
};

/// The whole answer to a batch that is done.
struct KeptAnswer {
    std::int32_t status = 0;
    std::string body;
};

/// A payment that was suspended, as it was decided on just now.
struct SuspendedView {
    persistence::SuspendedPayment payment;
    bool replayed = false; // the first answer again (rule 4)
};

/// Refused, since the payment was decided on before; with that decision.
struct SuspendedRefusal {
    domain::Rejection rejection = domain::Rejection::already_decided;
    persistence::SuspendedPayment payment;
};

} // namespace hongbao::actors
