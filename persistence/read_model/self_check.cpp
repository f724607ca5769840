// Role: counting and adding up.
#include "persistence/read_model/self_check.hpp"

#include <initializer_list>
#include <string>

namespace hongbao::persistence {

namespace {

/// What is counted among the rows of one kind.
struct Counted {
    std::uint64_t rows = 0;
    std::uint64_t open = 0; // of those that end one day
    std::uint64_t ends = 0; // in the table of their ends
    domain::FenSum held_fen = 0;
};

/// Empty if each count is what the totals say.
std::string difference(const char* what, std::initializer_list<std::uint64_t> counts,
                       std::uint64_t expected) {
    for (const std::uint64_t found : counts) {
        if (found != expected) {
            return "the read model has " + std::to_string(found) + " " + what + " instead of " +
                   std::to_string(expected);
        }
    }
    return {};
}

/// Reads the rows of a kind, all of them unless one is damaged or there is no time.
class Count {
  public:
    Count(ModelReader& reader, const std::atomic<bool>& stopping)
        : reader_(reader), stopping_(stopping) {}

    Counted accounts() {
        Counted counted;
        reader_.each<Accounts>([&](AccountNumber, AccountRow&& row) {
            counted.held_fen += row.account.standing.balance_fen;
            return next(counted.rows);
        });
        return counted;
    }
    Counted packets() {
        Counted counted;
        reader_.each<Packets>([&](domain::PacketId, PacketRow&& row) {
            counted.held_fen += row.remaining_fen;
            return note(counted, row);
        });
        counted.ends = rows<Expiries>();
        return counted;
    }
    Counted campaigns() {
        Counted counted;
        reader_.each<Campaigns>([&](domain::CampaignId, CampaignRow&& row) {
            counted.held_fen += row.remaining_fen;
            return note(counted, row);
        });
        counted.ends = rows<CampaignEnds>();
        return counted;
    }
    Counted sales(std::uint64_t& orders) {
        Counted counted;
        reader_.each<Sales>([&](domain::SaleId, SaleRow&& row) {
            counted.held_fen += row.escrow_fen();
            orders += row.order_count;
            return note(counted, row);
        });
        counted.ends = rows<SaleEnds>();
        return counted;
    }
    /// Of a table whose rows only have to be sound.
    template <typename Of>
    std::uint64_t rows() {
        std::uint64_t rows = 0;
        reader_.each<Of>([&](const auto&, const auto&) { return next(rows); });
        return rows;
    }
    Counted suspended() {
        Counted counted;
        reader_.each<Suspended>([&](domain::Sequence, const SuspendedRow& row) {
            counted.held_fen += row.amount_fen;
            return next(counted.rows);
        });
        return counted;
    }

  private:
    bool next(std::uint64_t& rows) const {
        rows += 1;
        return !stopping_;
    }
    template <typename Row>
    bool note(Counted& counted, const Row& row) const {
        counted.open += row.is_open() ? 1 : 0;
        return next(counted.rows);
    }

    ModelReader& reader_;
    const std::atomic<bool>& stopping_;
};

} // namespace

std::optional<Failure> check_model(const ModelStore& store, const std::atomic<bool>& stopping,
                                   std::uint64_t rows_at_once) {
    ModelReader reader(store);
    reader.check_ways();
    reader.renew_every(rows_at_once);
    const auto totals = reader.totals();
    if (!totals) {
        return reader.damage().empty() ? std::nullopt : std::optional(Failure{reader.damage()});
    }
    Count count(reader, stopping);
    const Counted accounts = count.accounts();
    const Counted packets = count.packets();
    const Counted campaigns = count.campaigns();
    std::uint64_t orders = 0;
    const Counted sales = count.sales(orders);
    const std::uint64_t numbers = count.rows<Numbers>();
    const std::uint64_t order_places = count.rows<OrderPlaces>();
    const std::uint64_t gateway_refs = count.rows<GatewayRefs>();
    const std::uint64_t deposit_refs = count.rows<DepositRefs>();
    const Counted suspended = count.suspended();
    count.rows<Keys>();
    if (stopping) {
        return std::nullopt;
    }
    if (!reader.damage().empty()) {
        return Failure{reader.damage()};
    }
    if (reader.was_renewed()) {
        return std::nullopt; // what was counted is of different times
    }
    for (const std::string& sentence :
         {difference("accounts and account numbers", {accounts.rows, numbers},
                     totals->account_count),
          difference("open packets and times of expiry", {packets.open, packets.ends},
                     totals->open_packet_count),
          difference("open campaigns and ends of campaigns", {campaigns.open, campaigns.ends},
                     totals->open_campaign_count),
          difference("sales that are not closed and ends of sales", {sales.open, sales.ends},
                     totals->unclosed_sale_count),
          difference("claims by user", {reader.count<ClaimsByUser>()}, reader.count<Claims>()),
          difference("shakes by user", {reader.count<ShakesByUser>()}, reader.count<Shakes>()),
          difference("orders and their places", {orders, reader.count<Orders>(), order_places},
                     totals->order_count),
          difference("external payments and their references",
                     {reader.count<ExternalPayments>(), gateway_refs}, totals->gateway_ref_count),
          difference("references of deposits", {deposit_refs}, totals->deposit_ref_count),
          difference("suspended payments", {suspended.rows}, totals->suspended_count)}) {
        if (!sentence.empty()) {
            return Failure{sentence};
        }
    }
    const HeldSums added_up{accounts.held_fen, packets.held_fen, campaigns.held_fen, sales.held_fen,
                            suspended.held_fen};
    if (added_up != totals->held) {
        return Failure{"what the read model's accounts, packets, campaigns and sales hold, or "
                       "what is suspended, is not what its totals say"};
    }
    if (added_up.accounts_fen + added_up.escrow_fen() + added_up.suspended_fen !=
        totals->deposited_fen - totals->withdrawn_fen) {
        return Failure{"what the read model's accounts, packets, campaigns and sales hold and "
                       "what is suspended is not what was deposited"};
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
