// Role: the questions to the read model that clients and followers ask.
#pragma once

#include "actors/protocol/reply.hpp"
#include "actors/protocol/topic.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/sale/sale.hpp"
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/read_model/records_request.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace hongbao::actors {

struct ReadEntries {
    domain::UserId user_id;
    std::optional<persistence::EntryType> type; // lines of this type alone
    persistence::PageRequest page;
};
struct ReadTrade {
    domain::Sequence sequence = 0;
};
struct ReadClaims {
    domain::PacketId packet_id;
    persistence::PageRequest page;
};
/// What a user has to do with a packet, which decides what of it may be read.
struct ReadStanding {
    domain::PacketId packet_id;
    domain::UserId user_id;
};
struct ReadFairness {
    domain::PacketId packet_id;
    persistence::PageRequest page;
};
struct ReadTimeline {
    domain::PacketId packet_id;
    persistence::PageRequest page;
};
enum class MentionKind : std::uint8_t { sent, received };
struct ReadMentions {
    MentionKind kind = MentionKind::sent;
    domain::UserId user_id;
    persistence::PageRequest page;
};
struct ReadCampaign {
    domain::CampaignId campaign_id;
};
struct ReadSale {
    domain::SaleId sale_id;
};
struct ReadAccounts {
    persistence::AccountFilter filter;
    persistence::PageRequest page;
};
struct ReadPackets {
    persistence::PacketFilter filter;
    persistence::PageRequest page;
};
struct ReadCampaigns {
    persistence::CampaignFilter filter;
    persistence::PageRequest page;
};
struct ReadSales {
    persistence::SaleFilter filter;
    persistence::PageRequest page;
};
struct ReadOrders {
    persistence::OrderFilter filter;
    persistence::PageRequest page;
};
/// What came on a topic after a record (0: everything), at most `items_max` items.
struct ReadNews {
    Topic topic;
    domain::Sequence after = 0;
    std::size_t items_max = 0;
};
/// The gateways' payments that wait for the operator's decision.
struct ReadSuspended {
    persistence::PageRequest page;
};
/// What operators did, as the records of it, newest first.
struct ReadOperations {
    persistence::PageRequest page;
};
struct ReadAudit {};
/// Day by day, what all records came to.
struct ReadDays {
    persistence::PageRequest page;
};
/// The records that move money, in journal order.
struct ReadMovements {
    persistence::RecordsRequest wanted;
};
/// Lines of statements: of all accounts in journal order, or of one.
struct ReadStatementLines {
    persistence::RecordsRequest wanted;
};
struct ReadStatement {
    domain::UserId user_id;
    persistence::PageRequest page;
    domain::Sequence after = 0; // only lines of later records
};
/// The first answer to an idempotency key, again.
struct ReadAnswer {
    domain::Sequence sequence = 0;
};

using Question =
    std::variant<ReadEntries, ReadTrade, ReadClaims, ReadFairness, ReadTimeline, ReadMentions,
                 ReadCampaign, ReadSale, ReadAccounts, ReadPackets, ReadCampaigns, ReadSales,
                 ReadOrders, ReadSuspended, ReadOperations, ReadNews, ReadAudit, ReadAnswer,
                 ReadStanding, ReadDays, ReadMovements, ReadStatementLines, ReadStatement>;

/// A question to the read model. It is answered with everything that was synced before it was
/// asked; if that takes longer than query_wait_ms, with TooFarBehind.
struct Query {
    Question question;
    ReplyTo reply_to;
    std::int64_t asked_ms = 0; // by the clock that nobody sets
};

/// A follower's question, on a topic that exists. It is answered with news as soon as there are
/// some that may be told, or with NoNews: after a while, or when it is taken back.
struct Follow {
    std::uint64_t number = 0; // of the question, drawn by the engine
    ReadNews question;
    ReplyTo reply_to;
};

} // namespace hongbao::actors
