// Role: the comparison.
#include "persistence/inspect/comparison.hpp"

#include "persistence/files/sight.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/read_model/rows/names.hpp"
#include "persistence/record/digests.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

/// No setting keeps keys for less time.
constexpr std::int64_t keys_kept_ms_min = domain::ms_per_day;

} // namespace

ModelCheck::ModelCheck(const std::filesystem::path& path, const JournalId& journal_id)
    : fold_(first_chain_hash(journal_id)) {
    auto mark = is_there(ModelStore::mark_in(path));
    auto file = is_there(path / "data.mdb");
    for (auto* seen : {&mark, &file}) {
        if (auto* failure = std::get_if<Failure>(seen)) {
            verdict_.state = ModelState::unreadable;
            verdict_.sentence = std::move(failure->sentence);
            return;
        }
    }
    if (std::get<bool>(mark)) {
        verdict_.state = ModelState::not_checked;
        verdict_.sentence = "read model " + path.string() +
                            ": a start or a rebuild is at work on it, or was ended while it was; "
                            "then the next start builds it anew";
        return;
    }
    if (!std::get<bool>(file)) {
        verdict_.state = ModelState::missing;
        return;
    }
    verdict_.state = ModelState::agrees;
    auto opened = ModelStore::open(path, journal_id, true);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        verdict_.state = failure->is_of_machine ? ModelState::unreadable : ModelState::differs;
        verdict_.sentence = std::move(failure->sentence);
        return;
    }
    store_ = std::move(std::get<std::unique_ptr<ModelStore>>(opened));
    reader_ = std::make_unique<ModelReader>(*store_);
    found_ = reader_->totals().value_or(fold_.totals());
    verdict_.reached = found_.position.last_sequence;
    next_key_ = reader_->key_from(0);
    if (!reader_->damage().empty()) {
        differs("totals or keys", "the first", "is damaged: its checksum is wrong");
    } else if (verdict_.reached == 0) {
        check_end_rows();
    }
}

void ModelCheck::differs(const char* table, const std::string& key, const std::string& what) {
    if (verdict_.state != ModelState::differs) {
        verdict_.state = ModelState::differs;
        verdict_.sentence = std::string("table ") + table + ", key " + key + ", as of record " +
                            text_of(now_) + ": " + what;
    }
}

void ModelCheck::take(const Record& record) {
    if (done() || record.sequence > verdict_.reached) {
        return;
    }
    now_ = record.sequence;
    const Sides sides = fold_.take(record);
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        check_number(*opened);
    } else if (const auto* deposited = std::get_if<domain::Deposited>(&record.event)) {
        check_deposit_ref(*deposited);
    } else if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
        check_recipients(*sent);
    } else if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        check_claim(*share, record.at);
    } else if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event)) {
        check_shake(*drawn, record.at);
    } else if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
        check_order_place(*reserved);
    } else if (const auto* joined = std::get_if<domain::WaitlistJoined>(&record.event)) {
        check_waiter(*joined);
    } else if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&record.event)) {
        check_external_payment(*taken, record.at);
    }
    check_history(record, sides);
    check_key(record);
    if (record.sequence == verdict_.reached) {
        check_end_rows();
    }
}

void ModelCheck::check_number(const domain::AccountOpened& opened) {
    const auto found = reader_->number(opened.user_id);
    if (!there(found, "numbers", opened.user_id)) {
        return;
    }
    RowComparison row;
    row.field("number", *found, fold_.number_of(opened.user_id));
    report(row, "numbers", opened.user_id);
}

void ModelCheck::check_deposit_ref(const domain::Deposited& deposited) {
    if (deposited.reference.empty()) {
        return;
    }
    const auto digest = digest_of_reference(deposited.user_id, deposited.reference);
    const std::string key = deposited.user_id + " " + deposited.reference;
    const auto theirs = reader_->deposit_ref(digest);
    if (!there(theirs, "deposit_refs", key)) {
        return;
    }
    const DepositRefRow& ours = fold_.deposit_refs().at(digest);
    RowComparison row;
    row.field("sequence", theirs->sequence, ours.sequence);
    row.field("amount_fen", theirs->amount_fen, ours.amount_fen);
    report(row, "deposit_refs", key);
}

void ModelCheck::check_history(const Record& record, const Sides& sides) {
    const auto found = reader_->history(now_);
    if (!there(found, "history", text_of(now_))) {
        return;
    }
    RowComparison row;
    row.field("number of sides", found->sides.count, sides.count);
    for (std::size_t i = 0; i < std::min(found->sides.count, sides.count); ++i) {
        const Side& theirs = found->sides.side.at(i);
        const Side& ours = sides.side.at(i);
        row.field("account", theirs.account, ours.account);
        row.field("type", theirs.type, ours.type);
        row.field("line_no", theirs.line_no, ours.line_no);
        row.field("balance_after_fen", theirs.balance_after_fen, ours.balance_after_fen);
        row.field("line before", theirs.before, ours.before);
        row.field("line before of its type", theirs.before_of_type, ours.before_of_type);
    }
    const auto* share = std::get_if<domain::ShareOpened>(&record.event);
    if (found->share && share != nullptr && !record.idempotency) {
        row.field("packet", found->share->packet_id.value, share->packet_id.value);
        row.field("amount_fen", found->share->amount_fen, share->amount_fen);
        row.field("opened_at", found->share_opened_at, record.at);
    } else if (found->share ||
               !std::ranges::equal(
                   found->record,
                   encoder_.encode(is_abridged_in_history(record) ? abridged(record) : record))) {
        row.other("its record is not the journal's");
    }
    report(row, "history", text_of(now_));
}

/// Older keys are forgotten, but none after one that is there, and none of the last day.
void ModelCheck::check_key(const Record& record) {
    const bool is_here = next_key_ && next_key_->sequence == now_;
    const std::string key = text_of(now_);
    if (!is_here) {
        const bool is_young = fold_.totals().elapsed_ms > found_.elapsed_ms - keys_kept_ms_min;
        if (record.idempotency && (key_met_ || is_young)) {
            differs("keys", key, "the row is missing");
        }
        return;
    }
    key_met_ = true;
    if (!record.idempotency) {
        differs("keys", key, "the journal's record has no key");
        return;
    }
    RowComparison row;
    row.field("digest", to_hex(next_key_->digest), to_hex(digest_of_key(record.idempotency->key)));
    row.field("fingerprint", to_hex(next_key_->fingerprint),
              to_hex(record.idempotency->fingerprint));
    row.field("elapsed_ms", next_key_->elapsed_ms, fold_.totals().elapsed_ms);
    report(row, "keys", key);
    next_key_ = reader_->key_from(now_ + 1);
    if (!reader_->damage().empty()) {
        differs("keys", "after " + key, "the row is damaged (" + reader_->damage() + ")");
    }
}

/// The model's last record has been taken: the latest state of everything.
void ModelCheck::check_end_rows() {
    if (verdict_.state == ModelState::differs) {
        return;
    }
    check_totals();
    const AccountNumber accounts = fold_.totals().account_count;
    for (AccountNumber number = 1; number <= accounts && !done(); ++number) {
        check_account(number);
    }
    for (const auto& [packet_id, packet] : fold_.packets()) {
        if (!done()) {
            check_packet(packet_id, packet);
        }
    }
    for (const auto& [campaign_id, campaign] : fold_.campaigns()) {
        if (!done()) {
            check_campaign(campaign_id, campaign);
        }
    }
    for (const auto& [sale_id, sale] : fold_.sales()) {
        if (!done()) {
            check_sale(sale_id, sale);
        }
    }
    for (const auto& [sequence, suspended] : fold_.suspended()) {
        if (!done()) {
            check_suspended(sequence, suspended);
        }
    }
    if (!done()) {
        check_sums();
        check_counts();
        check_counts_of_campaigns();
        check_counts_of_sales();
        check_counts_of_payments();
        check_links();
    }
}

void ModelCheck::check_totals() {
    const ModelTotals& ours = fold_.totals();
    RowComparison row;
    row.field("account_count", found_.account_count, ours.account_count);
    row.field("open_packet_count", found_.open_packet_count, ours.open_packet_count);
    row.field("open_campaign_count", found_.open_campaign_count, ours.open_campaign_count);
    row.field("unclosed_sale_count", found_.unclosed_sale_count, ours.unclosed_sale_count);
    row.field("order_count", found_.order_count, ours.order_count);
    row.field("gateway_ref_count", found_.gateway_ref_count, ours.gateway_ref_count);
    row.field("deposit_ref_count", found_.deposit_ref_count, ours.deposit_ref_count);
    row.field("suspended_count", found_.suspended_count, ours.suspended_count);
    row.field("largest_id", found_.largest_id, ours.largest_id);
    row.field("elapsed_ms", found_.elapsed_ms, ours.elapsed_ms);
    row.field("last_at", found_.last_at, ours.last_at);
    row.field("latest_at", found_.latest_at, ours.latest_at);
    if (found_.deposited_fen != ours.deposited_fen || found_.withdrawn_fen != ours.withdrawn_fen) {
        row.other("deposits or withdrawals are not the journal's");
    }
    report(row, "totals", "totals");
}

/// What the totals keep along is what all rows of the snapshot hold.
void ModelCheck::check_sums() {
    RowComparison row;
    if (found_.held != added_up_) {
        row.other("what accounts, packets, campaigns or sales hold, or what is suspended, is not "
                  "what their rows add up to");
    }
    report(row, "totals", "totals");
}

/// Each row names the one before it.
void ModelCheck::check_links() {
    for (const LinkedTable* const table : linked::all) {
        if (!done() && !reader_->links_hold(*table)) {
            differs("totals", "ends", reader_->damage());
        }
    }
}

void ModelCheck::check_account(AccountNumber number) {
    const FoldedAccount& ours = fold_.account(number);
    const std::string key = text_of(number) + " (user " + *ours.user_id + ")";
    const auto theirs = reader_->account(number);
    if (!there(theirs, "accounts", key)) {
        return;
    }
    const auto& [profile, standing] = theirs->account;
    added_up_.accounts_fen += standing.balance_fen;
    RowComparison row;
    row.field("user_id", profile.user_id, *ours.user_id);
    if (hash_of(profile) != ours.profile_hash) {
        row.other("its name, avatar, type or time of opening is not the journal's");
    }
    row.field("status", standing.status, ours.standing.status);
    row.field("balance_fen", standing.balance_fen, ours.standing.balance_fen);
    row.field("send_day", standing.send_day, ours.standing.send_day);
    row.field("sends_on_day", standing.sends_on_day, ours.standing.sends_on_day);
    row.field("sent_on_day_fen", standing.sent_on_day_fen, ours.standing.sent_on_day_fen);
    row.field("line_count", theirs->line_count, ours.line_count);
    row.field("last_line", theirs->last_line, ours.last_line);
    for (std::size_t type = 0; type < entry_types; ++type) {
        row.field("last_line_of_type", theirs->last_line_of_type.at(type),
                  ours.last_line_of_type.at(type));
    }
    row.field("last_order", theirs->last_order, ours.last_order);
    row.field("as_of", theirs->as_of, ours.as_of);
    report(row, "accounts", key);
}

void ModelCheck::check_counts() {
    const AccountNumber accounts = fold_.totals().account_count;
    const auto& packets = fold_.packets();
    check_count("accounts", &ModelTables::accounts, accounts,
                [&](auto key) { return integer_key(key) >= 1 && integer_key(key) <= accounts; });
    check_count("numbers", &ModelTables::numbers, accounts, [&](auto key) {
        return fold_.number_of({reinterpret_cast<const char*>(key.data()), key.size()}) != 0;
    });
    check_count("packets", &ModelTables::packets, packets.size(),
                [&](auto key) { return packets.contains({integer_key(key)}); });
    check_count("recipients", &ModelTables::recipients, fold_.sent_to_many(), [&](auto key) {
        const auto packet = packets.find({integer_key(key)});
        return packet != packets.end() && packet->second.has_recipients_row();
    });
    check_count("claims", &ModelTables::claims, fold_.claim_count(), [&](auto key) {
        if (key.size() != sizeof(ClaimKey)) {
            return false;
        }
        const auto packet = packets.find({big_endian(key.first(8))});
        const std::uint64_t claim_no = big_endian(key.last(8));
        return packet != packets.end() && claim_no >= 1 && claim_no <= packet->second.claim_count;
    });
    check_count("claims_by_user", &ModelTables::claims_by_user, fold_.claim_count(), [&](auto key) {
        if (key.size() != sizeof(ClaimKey)) {
            return false;
        }
        const domain::PacketId packet_id{big_endian(key.first(8))};
        const auto claim_no = reader_->claim_no_of(packet_id, big_endian(key.last(8)));
        const auto claim = claim_no ? reader_->claim(packet_id, *claim_no) : std::nullopt;
        return claim && claim->account == big_endian(key.last(8));
    });
    check_count("expiries", &ModelTables::expiries, fold_.totals().open_packet_count,
                [&](auto key) {
                    const auto packet = key.size() == sizeof(ExpiryKey)
                                            ? packets.find({big_endian(key.last(8))})
                                            : packets.end();
                    return packet != packets.end() && packet->second.is_open() &&
                           big_endian(key.first(8)) ==
                               static_cast<std::uint64_t>(packet->second.expires_at);
                });
    check_count("deposit_refs", &ModelTables::deposit_refs, fold_.deposit_refs().size(),
                [&](auto key) {
                    domain::Digest digest{};
                    if (key.size() == digest.size()) {
                        std::memcpy(digest.data(), key.data(), digest.size());
                    }
                    return fold_.deposit_refs().contains(digest);
                });
    check_count("history", &ModelTables::history, verdict_.reached, [&](auto key) {
        return integer_key(key) >= 1 && integer_key(key) <= verdict_.reached;
    });
    if (next_key_) {
        differs("keys", text_of(next_key_->sequence), "no record of the journal has made this row");
    }
}

void ModelCheck::name_surplus(const char* table, MDB_dbi ModelTables::*which,
                              const std::function<bool(std::span<const std::byte>)>& is_expected) {
    std::string surplus = "unknown";
    reader_->each_row_key(which, [&](std::span<const std::byte> key) {
        if (is_expected(key)) {
            return true;
        }
        const bool is_text = which == &ModelTables::numbers || which == &ModelTables::gateway_refs;
        const bool is_claim = key.size() >= sizeof(ClaimKey) && !is_text;
        surplus = is_claim ? text_of(big_endian(key.first(8))) + "/" +
                                 text_of(big_endian(key.subspan(8, 8)))
                  : is_text ? std::string(reinterpret_cast<const char*>(key.data()), key.size())
                            : text_of(integer_key(key));
        return false;
    });
    differs(table, surplus, "no record of the journal has made this row");
}

ModelVerdict ModelCheck::end(Sequence journal_last, const std::optional<ChainHash>& chain_hash) {
    if (done()) {
        return verdict_;
    }
    now_ = verdict_.reached;
    if (verdict_.reached > journal_last) {
        differs("totals", "totals",
                "it has reached that record, but the journal ends at " + text_of(journal_last));
    } else if (!chain_hash || *chain_hash != found_.position.chain_hash) {
        differs("totals", "totals", "its hash is not the journal's chain there");
    }
    return verdict_;
}

} // namespace hongbao::persistence
