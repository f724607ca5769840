// Role: rows out of the read model, believed only with their checksum.
#include "persistence/read_model/rows/names.hpp"
#include "persistence/read_model/rows/rows_by_user.hpp"
#include "persistence/read_model/store/store.hpp"
#include "persistence/record/codec.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

/// No row has a longer key than LMDB can have, or an empty one.
bool is_possible(const MDB_val& key) {
    constexpr std::size_t key_bytes_max = 511;
    return key.mv_size != 0 && key.mv_size <= key_bytes_max;
}

} // namespace

ModelReader::ModelReader(const ModelStore& store)
    : store_(store), transaction_(store.environment_.get(), MDB_RDONLY) {
    if (transaction_.error() != 0) {
        damage_ =
            std::string("the read model cannot be read: ") + mdb_strerror(transaction_.error());
    }
}

std::span<const std::byte> ModelReader::get(MDB_dbi table, MDB_val key) {
    MDB_val value{};
    if (!damage_.empty() || !is_possible(key)) {
        return {};
    }
    const int error = mdb_get(transaction_.get(), table, &key, &value);
    if (error != 0 && error != MDB_NOTFOUND) {
        damage_ = std::string("the read model cannot be read: ") + mdb_strerror(error);
    }
    return error == 0 ? to_span(value) : std::span<const std::byte>{};
}

std::span<const std::byte> ModelReader::find(const LinkedTable& table, MDB_val key) {
    const auto bytes = get(store_.tables_.*table.table, key);
    if (bytes.empty() && checks_gaps_ && damage_.empty() && is_possible(key)) {
        check_gap(table, key);
    }
    return bytes;
}

/// Whoever is next must name whoever is before. Where a damaged tree may have led does not matter:
/// a row between the two would be the one that is named.
void ModelReader::check_gap(const LinkedTable& table, MDB_val key) {
    const MDB_dbi dbi = store_.tables_.*table.table;
    LmdbCursor cursor(transaction_.get(), dbi);
    MDB_val next = key;
    MDB_val row{};
    const int error = cursor.get(next, row, MDB_SET_RANGE);
    const bool is_end = error == MDB_NOTFOUND;
    const auto named = is_end       ? std::optional(ends().last.at(table.place))
                       : error == 0 ? link_in(table, to_span(next), to_span(row))
                                    : std::nullopt;
    MDB_val before{};
    const int error_before = cursor.get(before, row, is_end ? MDB_LAST : MDB_PREV);
    const bool is_first = error_before == MDB_NOTFOUND;
    const bool is_between = (is_end || mdb_cmp(transaction_.get(), dbi, &key, &next) < 0) &&
                            (is_first || mdb_cmp(transaction_.get(), dbi, &before, &key) < 0);
    if (!named || !is_between || (error_before != 0 && !is_first) ||
        *named != (is_first ? first_link(table) : link_of(table, to_span(before)))) {
        lost(table);
    }
}

/// Before the first row.
Link ModelReader::first_link(const LinkedTable& table) {
    return &table == &linked::keys ? ends().keys_forgotten : Link{0};
}

void ModelReader::lost(const LinkedTable& table) {
    if (damage_.empty()) {
        damage_ = std::string("the read model has lost a row among its ") + table.rows;
    }
}

const LinkedEnds& ModelReader::ends() {
    if (!ends_) {
        const auto bytes = get(store_.tables_.totals, to_val(linked_ends_key));
        if (!bytes.empty()) {
            ends_ = checked(decode_ends(bytes), "totals");
        } else if (!get(store_.tables_.totals, to_val(model_totals_key)).empty()) {
            damage_ = "the read model has lost a row among its totals";
        }
        if (!ends_) {
            ends_ = LinkedEnds{};
        }
    }
    return *ends_;
}

std::optional<ModelTotals> ModelReader::totals() {
    const auto bytes = get(store_.tables_.totals, to_val(model_totals_key));
    return bytes.empty() ? std::nullopt
                         : checked(decode_totals(bytes, store_.journal_id_), "totals");
}

std::optional<AccountNumber> ModelReader::number(std::string_view user_id) {
    const auto bytes = find(linked::numbers, to_val(user_id));
    return bytes.empty() ? std::nullopt : checked(decode_number(bytes, user_id), "account numbers");
}

std::optional<AccountRow> ModelReader::account(AccountNumber number) {
    const auto bytes = get(store_.tables_.accounts, to_val(number));
    return bytes.empty() ? std::nullopt : checked(decode_account(bytes, number), "accounts");
}

std::optional<PacketRow> ModelReader::packet(domain::PacketId packet_id) {
    const auto bytes = find(linked::packets, to_val(packet_id.value));
    return bytes.empty() ? std::nullopt : checked(decode_packet(bytes, packet_id.value), "packets");
}

std::optional<std::vector<domain::UserId>> ModelReader::recipients(domain::PacketId packet_id) {
    const auto bytes = get(store_.tables_.recipients, to_val(packet_id.value));
    return bytes.empty() ? std::nullopt
                         : checked(decode_recipients(bytes, packet_id.value), "recipients");
}

std::optional<ClaimRow> ModelReader::claim(domain::PacketId packet_id, std::uint64_t claim_no) {
    const auto key = claim_key(packet_id, claim_no);
    const auto bytes = get(store_.tables_.claims, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt : checked(decode_claim(bytes, key), "claims");
}

std::optional<std::uint64_t> ModelReader::claim_no_of(domain::PacketId packet_id,
                                                      AccountNumber account) {
    const auto key = claim_of_user_key(packet_id, account);
    const auto key_bytes = std::as_bytes(std::span(key));
    const auto bytes = find(linked::claims_by_user, to_val(key_bytes));
    return bytes.empty() ? std::nullopt
                         : checked(decode_number(bytes, as_text(key_bytes)), "claims by user");
}

std::optional<std::uint64_t> ModelReader::shake_no_of(domain::CampaignId campaign_id,
                                                      AccountNumber account,
                                                      std::string_view request_id) {
    const std::string key = shake_of_user_key(campaign_id, account, request_id);
    const auto bytes = find(linked::shakes_by_user, to_val(std::string_view(key)));
    return bytes.empty() ? std::nullopt : checked(decode_number(bytes, key), "shakes by user");
}

std::optional<CampaignRow> ModelReader::campaign(domain::CampaignId campaign_id) {
    const auto bytes = find(linked::campaigns, to_val(campaign_id.value));
    return bytes.empty() ? std::nullopt
                         : checked(decode_campaign(bytes, campaign_id.value), "campaigns");
}

std::optional<ShakeRow> ModelReader::shake(domain::CampaignId campaign_id, std::uint64_t shake_no) {
    const auto key = shake_key(campaign_id, shake_no);
    const auto bytes = get(store_.tables_.shakes, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt : checked(decode_shake(bytes, key), "shakes");
}

std::optional<OpenCampaign> ModelReader::campaign_end(const OpenCampaign& campaign) {
    const auto key = expiry_key(campaign);
    const auto bytes = get(store_.tables_.campaign_ends, to_val(std::as_bytes(std::span(key))));
    if (bytes.empty() || !checked(decode_expiry(bytes, key), "campaign ends")) {
        return std::nullopt;
    }
    return campaign;
}

std::optional<OpenPacket> ModelReader::expiry(const OpenPacket& packet) {
    const auto key = expiry_key(packet);
    const auto bytes = get(store_.tables_.expiries, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt : checked(decode_expiry(bytes, key), "expiries");
}

std::optional<HistoryRow> ModelReader::history(domain::Sequence sequence) {
    const auto bytes = get(store_.tables_.history, to_val(sequence));
    if (bytes.empty()) {
        return std::nullopt;
    }
    return checked(decode_history(bytes, sequence), "history");
}

std::optional<domain::Record> ModelReader::record(domain::Sequence sequence) {
    const auto row = history(sequence);
    if (!row) {
        return std::nullopt;
    }
    domain::Record record;
    if (row->share) {
        auto opener = account(row->sides.side[0].account);
        if (!opener) {
            return std::nullopt;
        }
        record.sequence = sequence;
        record.at = row->share_opened_at;
        record.event =
            domain::ShareOpened{row->share->packet_id, std::move(opener->account.profile.user_id),
                                row->share->amount_fen};
        return record;
    }
    if (const auto failure = decode_record(row->record, sequence, record)) {
        damage_ = "the read model's history is damaged: " + failure->sentence;
        return std::nullopt;
    }
    return record;
}

void ModelReader::each(MDB_dbi table, const Visit& visit, const LinkedTable* linked) {
    if (!damage_.empty()) {
        return;
    }
    std::optional<LmdbCursor> cursor(std::in_place, transaction_.get(), table);
    MDB_val key{};
    MDB_val value{};
    Link before = linked != nullptr ? first_link(*linked) : Link{0};
    int error = cursor->get(key, value, MDB_NEXT);
    while (error == 0) {
        if (checks_ways_ && get(table, key).data() != value.mv_data) {
            damage_ = "the read model has a row that its key does not lead to";
            return;
        }
        if (!visit(key, to_span(value)) || !damage_.empty()) {
            return;
        }
        if (linked != nullptr && link_in_sound(to_span(value)) !=
                                     std::exchange(before, link_of(*linked, to_span(key)))) {
            return lost(*linked);
        }
        const bool is_due = rows_a_snapshot_ != 0 && ++rows_read_ % rows_a_snapshot_ == 0;
        error = is_due ? renew(cursor, table, key, value) : cursor->get(key, value, MDB_NEXT);
    }
    if (error != MDB_NOTFOUND) {
        damage_ = std::string("the read model cannot be read: ") + mdb_strerror(error);
    } else if (linked != nullptr && before != ends().last.at(linked->place)) {
        lost(*linked);
    }
}

/// Goes on behind the key in the newest snapshot; it may be gone there.
int ModelReader::renew(std::optional<LmdbCursor>& cursor, MDB_dbi table, MDB_val& key,
                       MDB_val& value) {
    const RowBytes passed(to_span(key).begin(), to_span(key).end());
    cursor.reset();
    ends_.reset();
    was_renewed_ = true;
    if (const int error = transaction_.renew(); error != 0) {
        return error;
    }
    cursor.emplace(transaction_.get(), table);
    key = to_val(std::span<const std::byte>(passed));
    const int error = cursor->get(key, value, MDB_SET_RANGE);
    const bool is_there = error == 0 && std::ranges::equal(to_span(key), passed);
    return is_there ? cursor->get(key, value, MDB_NEXT) : error;
}

void ModelReader::each_account(const std::function<bool(AccountNumber, AccountRow&&)>& visit) {
    each(store_.tables_.accounts, [&](MDB_val key, auto bytes) {
        auto row = checked(decode_account(bytes, integer_key(to_span(key))), "accounts");
        return row && visit(integer_key(to_span(key)), std::move(*row));
    });
}

void ModelReader::each_number(
    const std::function<bool(std::string_view user_id, AccountNumber)>& visit) {
    each(linked::numbers, [&](MDB_val key, auto bytes) {
        const std::string_view user_id(static_cast<const char*>(key.mv_data), key.mv_size);
        const auto number = checked(decode_number(bytes, user_id), "account numbers");
        return number && visit(user_id, *number);
    });
}

void ModelReader::each_packet(const std::function<bool(domain::PacketId, PacketRow&&)>& visit) {
    each(linked::packets, [&](MDB_val key, auto bytes) {
        auto row = checked(decode_packet(bytes, integer_key(to_span(key))), "packets");
        return row && visit({integer_key(to_span(key))}, std::move(*row));
    });
}

void ModelReader::each_open_packet(const std::function<bool(const OpenPacket&)>& visit) {
    each(store_.tables_.expiries, [&](MDB_val key, auto bytes) {
        const auto packet = checked(decode_expiry(bytes, pair_key(to_span(key))), "expiries");
        return packet && visit(*packet);
    });
}

void ModelReader::each_campaign(
    const std::function<bool(domain::CampaignId, CampaignRow&&)>& visit) {
    each(linked::campaigns, [&](MDB_val key, auto bytes) {
        auto row = checked(decode_campaign(bytes, integer_key(to_span(key))), "campaigns");
        return row && visit({integer_key(to_span(key))}, std::move(*row));
    });
}

void ModelReader::each_open_campaign(const std::function<bool(const OpenCampaign&)>& visit) {
    each(store_.tables_.campaign_ends, [&](MDB_val key, auto bytes) {
        const auto found = checked(decode_expiry(bytes, pair_key(to_span(key))), "campaign ends");
        return found && visit({{found->packet_id.value}, found->expires_at});
    });
}

void ModelReader::each_key(const std::function<bool(const KeyRow&)>& visit) {
    each(linked::keys, [&](MDB_val key, auto bytes) {
        const auto row = checked(decode_key(bytes, integer_key(to_span(key))), "idempotency keys");
        return row && visit(*row);
    });
}

std::optional<DepositRefRow> ModelReader::deposit_ref(const domain::Digest& key) {
    const auto bytes = find(linked::deposit_refs, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt
                         : checked(decode_deposit_ref(bytes, key), "references of deposits");
}

void ModelReader::each_deposit_ref(const std::function<bool(const DepositRefRow&)>& visit) {
    each(linked::deposit_refs, [&](MDB_val key, auto bytes) {
        domain::Digest digest{};
        if (key.mv_size == digest.size()) {
            std::memcpy(digest.data(), key.mv_data, digest.size());
        }
        const auto row = checked(decode_deposit_ref(bytes, digest), "references of deposits");
        return row && visit(*row);
    });
}

bool ModelReader::links_hold(const LinkedTable& table) {
    each(table, [&](MDB_val key, auto bytes) {
        if (!link_in(table, to_span(key), bytes)) {
            lost(table);
        }
        return damage_.empty();
    });
    return damage_.empty();
}

bool ModelReader::has_history() {
    bool any = false;
    each(store_.tables_.history, [&](MDB_val, auto) {
        any = true;
        return false;
    });
    return any;
}

std::optional<KeyRow> ModelReader::key_from(domain::Sequence sequence) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), store_.tables_.keys);
    MDB_val key = to_val(sequence);
    MDB_val value{};
    const int error = cursor.get(key, value, MDB_SET_RANGE);
    if (error != 0 && error != MDB_NOTFOUND) {
        damage_ = std::string("the read model cannot be read: ") + mdb_strerror(error);
    }
    return error != 0
               ? std::nullopt
               : checked(decode_key(to_span(value), integer_key(to_span(key))), "idempotency keys");
}

std::uint64_t ModelReader::rows(MDB_dbi ModelTables::*table) {
    MDB_stat stat{};
    const int error = mdb_stat(transaction_.get(), store_.tables_.*table, &stat);
    return error == 0 ? stat.ms_entries : 0;
}

void ModelReader::each_row_key(MDB_dbi ModelTables::*table,
                               const std::function<bool(std::span<const std::byte>)>& visit) {
    each(store_.tables_.*table, [&](MDB_val key, auto) { return visit(to_span(key)); });
}

} // namespace hongbao::persistence
