// Role: what comes back to the front end for a request.
// Owner thread: made by an actor or the journal writer, read by the front end's loop.
#pragma once

#include "actors/protocol/request_key.hpp"
#include "domain/account/account.hpp"
#include "domain/account/preview.hpp"
#include "domain/packet/packet.hpp"
#include "domain/rejection.hpp"
#include "persistence/read_model/read_model.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::actors {

struct AccountView {
    domain::Account account; // as settled
    bool created = false;    // by this request
    bool replayed = false;   // the first answer again (rule 4)
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
    std::optional<domain::UserId> luckiest; // only once exhausted (rule 13)
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

/// A deposit, withdrawal or transfer that is done.
struct TradeReceipt {
    domain::Sequence sequence = 0;
    domain::Fen amount_fen = 0;
    std::optional<domain::Fen> balance_fen; // of the owner right after; not told for transfers
    bool replayed = false;
};

struct ShareReceipt {
    domain::PacketId packet_id;
    domain::Fen amount_fen = 0;
    domain::InstantMs opened_at = 0;
    bool repeat = false;
    bool replayed = false; // the first answer again (rule 4); the same below
};

/// A shake: won if the amount is not 0.
struct ShakeReceipt {
    domain::Fen amount_fen = 0;
    domain::InstantMs drawn_at = 0;
    std::int32_t round = 0;
    bool repeat = false;
    bool replayed = false;
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

/// A place in a waiting list, from 1.
struct WaitReceipt {
    std::uint64_t position = 0;
    bool repeat = false;
    bool replayed = false;
};

/// The whole answer to a batch that is done.
struct KeptAnswer {
    std::int32_t status = 0;
    std::string body;
};

/// A batch's answer is kept.
struct AnswerIsKept {};

/// A grab that found a share.
struct Openable {};

/// The user has guessed a pass phrase wrong too often, and is not listened to for so long.
struct TryLater {
    std::int64_t retry_after_s = 0;
};

/// A payment that was suspended, as it was decided on just now.
struct SuspendedView {
    persistence::SuspendedPayment payment;
    bool replayed = false; // the first answer again (rule 4)
};

/// It was decided on before, like this.
struct SuspendedRefusal {
    domain::Rejection rejection = domain::Rejection::already_decided;
    persistence::SuspendedPayment payment;
};

/// The read model did not get as far as the journal in time; nothing is known against another try.
struct TooFarBehind {};

/// Something whose events can be followed.
struct Topic {
    enum class Kind : std::uint8_t { packet, campaign };
    Kind kind = Kind::packet;
    std::uint64_t id = 0;

    bool operator==(const Topic&) const = default;
};

inline Topic topic_of(domain::PacketId packet_id) {
    return {Topic::Kind::packet, packet_id.value};
}
inline Topic topic_of(domain::CampaignId campaign_id) {
    return {Topic::Kind::campaign, campaign_id.value};
}

/// What came on a topic after a record; one alternative a kind. Shared by all who are told it.
using News = std::variant<persistence::PacketNews, persistence::CampaignNews>;
using NewsPtr = std::shared_ptr<const News>;

/// A follower's question was answered without news: for lack of them, or because it was taken back.
struct NoNews {};

using EntryPage = persistence::Page<persistence::Entry>;
using ClaimPage = persistence::Page<persistence::ClaimLine>;
using TimelinePage = persistence::Page<persistence::PacketFact>;
using OrderPage = persistence::Page<persistence::OrderSummary>;
using MentionPage = persistence::Page<MentionView>;
using SuspendedPage = persistence::Page<persistence::SuspendedPayment>;

/// The large and rare answers are boxed, so that an open's answer stays small. A key is the answer
/// to who claims one: the claim.
using Answer = std::variant<
    domain::Rejection, ShareReceipt, Openable, TradeReceipt, TooFarBehind, NoNews, ShakeReceipt,
    WaitReceipt, std::unique_ptr<PacketView>, std::unique_ptr<AccountView>,
    std::unique_ptr<CampaignView>, std::unique_ptr<EntryPage>, std::unique_ptr<persistence::Trade>,
    std::unique_ptr<ClaimPage>, std::unique_ptr<TimelinePage>, std::unique_ptr<MentionPage>,
    std::unique_ptr<persistence::Audit>, std::unique_ptr<domain::SendPreview>,
    std::unique_ptr<SaleView>, std::unique_ptr<OrderView>, std::unique_ptr<OrderRefusal>,
    std::unique_ptr<ExternalPaymentReceipt>, std::unique_ptr<OrderPage>, NewsPtr,
    std::unique_ptr<RequestKey>, std::unique_ptr<KeptAnswer>, AnswerIsKept, TryLater,
    std::unique_ptr<SuspendedView>, std::unique_ptr<SuspendedRefusal>,
    std::unique_ptr<SuspendedPage>>;

class ReplySink;

/// Where a reply goes: `token` and `index` mean something to the sink alone.
struct ReplyTo {
    ReplySink* sink = nullptr; // null: nobody asked (an expiry)
    void* token = nullptr;
    std::uint32_t index = 0;
};

struct Reply {
    ReplyTo to;
    Answer answer;
};

/// A front end's side of the replies. Every request gets exactly one.
class ReplySink {
  public:
    virtual ~ReplySink() = default;
    /// From any thread. Many replies cost one wake-up.
    virtual void deliver(std::vector<Reply>&& replies) = 0;
};

/// Says as of which record the answer is, if it says so at all and does not know yet: the last of
/// those that it rests on.
void stamp(Reply& reply, domain::Sequence as_of);

/// Hands each reply to its sink, grouped, so that one batch wakes each front end once.
void deliver_all(std::vector<Reply>&& replies);
void deliver_one(const ReplyTo& to, Answer&& answer);

} // namespace hongbao::actors
