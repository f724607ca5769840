// Role: counts the rows of each kind, adds up what they hold, and compares both with the totals.
#include "persistence/read_model/self_check.hpp"

#include "persistence/read_model/kinds.hpp"

#include <initializer_list>
#include <map>
#include <string>

namespace hongbao::persistence {

namespace {

/// What is counted among the rows of one kind.
struct Counted {
    std::uint64_t rows = 0;
    std::uint64_t open = 0;
    std::uint64_t ends = 0;   // in the table of the ends of those that are open
    std::uint64_t orders = 0; // that its rows say they have
    std::uint64_t marks = 0;  // of statements, the same
    domain::FenSum held_fen = 0;
};

/// How many are on each list, of one owner after the other.
using OnLists = std::map<ListPart, std::uint64_t>;
/// Accounts have an owner for each type; of all else it is either everybody or somebody.
constexpr ListOwner somebody = 1;
ListPart counted_part(ListPart part) {
    switch (part.list) {
    case List::accounts: break;
    case List::packets:
    case List::campaigns:
    case List::sales: part.owner = part.owner == everybody ? everybody : somebody; break;
    case List::sales_of_group: part.owner = somebody; break;
    case List::operations:
    case List::days: break;
    case List::orders_of_sale:
    case List::orders_of_account: // what they should be, no row that is read says
        part.owner = somebody;
        part.phase = 0;
        break;
    }
    return part;
}

/// Reads the rows of a kind, all of them unless one is damaged or there is no time.
class Count {
  public:
    Count(ModelReader& reader, const std::atomic<bool>& stopping)
        : reader_(reader), stopping_(stopping) {}

    Counted accounts() {
        Counted counted;
        reader_.each<Accounts>([&](AccountNumber, AccountRow&& row) {
            const auto& [profile, standing] = row.account;
            on_lists_[{List::accounts, owner_of_type(profile.type), phase_of(standing.status)}] +=
                1;
            counted.held_fen += row.account.standing.balance_fen;
            counted.marks += row.line_count / lines_a_mark;
            return next(counted.rows);
        });
        return counted;
    }
    template <typename K>
    Counted of(K) {
        Counted counted;
        reader_.each<typename K::Rows>([&](typename K::Id, typename K::Rows::Row&& row) {
            counted.open += row.is_open() ? 1 : 0;
            for (const ListOwner owner : {everybody, somebody}) {
                on_lists_[{K::list, owner, phase_of(row.phase())}] += 1;
            }
            counted.held_fen += K::held_fen(row);
            if constexpr (requires { row.group; }) {
                if (row.group != 0) {
                    on_lists_[{List::sales_of_group, somebody, phase_of(row.phase())}] += 1;
                }
            }
            if constexpr (requires { K::order_count(row); }) {
                counted.orders += K::order_count(row);
            }
            return next(counted.rows);
        });
        counted.ends = rows<typename K::Ends>();
        return counted;
    }
    Counted suspended() {
        Counted counted;
        reader_.each<Suspended>([&](domain::Sequence, const SuspendedRow& row) {
            counted.held_fen += row.amount_fen;
            return next(counted.rows);
        });
        return counted;
    }
    /// All rows of days added up.
    DayRow days() {
        DayRow sums;
        std::uint64_t rows = 0;
        std::optional<std::uint64_t> last;
        reader_.each<Days>([&](const DayKey& key, const DayRow& row) {
            sums.add(row);
            if (last != key.day) {
                on_lists_[{List::days, everybody, 0}] += 1;
            }
            last = key.day;
            return next(rows);
        });
        return sums;
    }
    /// By the rows that were read.
    const OnLists& on_lists() const { return on_lists_; }
    /// By their places on lists.
    OnLists listed() {
        OnLists listed;
        reader_.each<Listed>([&](const ListedKey& key, ListedRow) {
            listed[counted_part(key.part)] += 1;
            return !stopping_;
        });
        return listed;
    }
    /// Of a table whose rows only have to be sound.
    template <typename Of>
    std::uint64_t rows() {
        std::uint64_t rows = 0;
        reader_.each<Of>([&](const auto&, const auto&) { return next(rows); });
        return rows;
    }

  private:
    bool next(std::uint64_t& rows) const {
        rows += 1;
        return !stopping_;
    }

    ModelReader& reader_;
    const std::atomic<bool>& stopping_;
    OnLists on_lists_;
};

/// Compares counts with the totals, and remembers the first that differs.
class Difference {
  public:
    void look(const char* what, std::initializer_list<std::uint64_t> counts,
              std::uint64_t expected) {
        for (const std::uint64_t found : counts) {
            if (found != expected && sentence_.empty()) {
                sentence_ = "the read model has " + std::to_string(found) + " " + what +
                            " instead of " + std::to_string(expected);
            }
        }
    }
    void look(const OnLists& found, const OnLists& expected) {
        if (found != expected && sentence_.empty()) {
            sentence_ = "the read model's lists do not have what its rows say that they have";
        }
    }
    const std::string& sentence() const { return sentence_; }

  private:
    std::string sentence_;
};

/// Empty if what was added up is what the totals say, and that is what was deposited.
std::string what_is_wrong_with(const HeldSums& added_up, const ModelTotals& totals) {
    if (added_up != totals.held) {
        return "what the read model's accounts, packets, campaigns and sales hold, or what is "
               "suspended, is not what its totals say";
    }
    if (added_up.accounts_fen + added_up.escrow_fen() + added_up.suspended_fen !=
        totals.deposited_fen - totals.withdrawn_fen) {
        return "what the read model's accounts, packets, campaigns and sales hold and what is "
               "suspended is not what was deposited";
    }
    return {};
}

/// Every record belongs to a day, and what all days have moved is where the money is.
std::string what_is_wrong_with(const DayRow& days, const ModelTotals& totals) {
    const bool add_up = days.count == totals.position.last_sequence &&
                        days.deposited_fen == totals.deposited_fen &&
                        days.withdrawn_fen == totals.withdrawn_fen &&
                        days.accounts_change_fen == totals.held.accounts_fen &&
                        days.escrow_change_fen == totals.held.escrow_fen() &&
                        days.suspended_change_fen == totals.held.suspended_fen;
    return add_up ? std::string() : "what the read model's days add up to is not its totals";
}

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
    Difference difference;
    HeldSums added_up;
    const Counted accounts = count.accounts();
    added_up.accounts_fen = accounts.held_fen;
    std::uint64_t orders = 0;
    for_each_kind([&](auto kind) {
        const Counted counted = count.of(kind);
        difference.look(kind.open_ones_and_ends, {counted.open, counted.ends},
                        (*totals).*kind.open_count);
        added_up.*kind.held = counted.held_fen;
        orders += counted.orders;
    });
    difference.look("accounts and account numbers", {accounts.rows, count.rows<Numbers>()},
                    totals->account_count);
    difference.look(LineMarks::rows, {count.rows<LineMarks>()}, accounts.marks);
    difference.look("claims by user", {reader.count<ClaimsByUser>()}, reader.count<Claims>());
    difference.look("shakes by user", {reader.count<ShakesByUser>()}, reader.count<Shakes>());
    difference.look("orders and their places",
                    {orders, reader.count<Orders>(), count.rows<OrderPlaces>()},
                    totals->order_count);
    difference.look("external payments and their references",
                    {reader.count<ExternalPayments>(), count.rows<GatewayRefs>()},
                    totals->gateway_ref_count);
    difference.look("references of deposits", {count.rows<DepositRefs>()},
                    totals->deposit_ref_count);
    const Counted suspended = count.suspended();
    added_up.suspended_fen = suspended.held_fen;
    difference.look("suspended payments", {suspended.rows}, totals->suspended_count);
    count.rows<Keys>();
    difference.look("keys of the server", {count.rows<AccessKeys>()}, totals->access_key_count);
    difference.look("switches", {count.rows<Switches>()}, totals->switch_count);
    difference.look("invitations", {count.rows<Invitations>()}, totals->invitation_count);
    difference.look("webhooks", {count.rows<Webhooks>()}, totals->webhook_count);
    const DayRow days = count.days();
    OnLists on_lists = count.on_lists();
    if (totals->order_count != 0) {
        for (const List list : {List::orders_of_sale, List::orders_of_account}) {
            on_lists[{list, somebody, 0}] = totals->order_count;
        }
    }
    if (totals->operation_count != 0) {
        on_lists[{List::operations, everybody, 0}] = totals->operation_count;
    }
    difference.look(count.listed(), on_lists);
    if (stopping) {
        return std::nullopt;
    }
    if (!reader.damage().empty()) {
        return Failure{reader.damage()};
    }
    if (reader.was_renewed()) {
        return std::nullopt; // what was counted is of different times
    }
    std::string wrong = difference.sentence();
    wrong = wrong.empty() ? what_is_wrong_with(added_up, *totals) : wrong;
    wrong = wrong.empty() ? what_is_wrong_with(days, *totals) : wrong;
    return wrong.empty() ? std::nullopt : std::optional(Failure{wrong});
}

} // namespace hongbao::persistence
