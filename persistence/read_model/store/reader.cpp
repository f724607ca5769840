// Role: looking for rows, and telling what is lost from what never was.
#include "persistence/read_model/store/reader.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

/// No row has a longer key than LMDB can have, or an empty one.
bool is_possible(const MDB_val& key) {
    constexpr std::size_t key_bytes_max = 511;
    return key.mv_size != 0 && key.mv_size <= key_bytes_max;
}

/// The row under the key, or the next one in this order.
int find_nearest(LmdbCursor& cursor, MDB_val& key, MDB_val& value, ListOrder order) {
    const RowBytes wanted(to_span(key).begin(), to_span(key).end());
    const int error = cursor.get(key, value, MDB_SET_RANGE);
    if (order == ListOrder::asc) {
        return error;
    }
    if (error == MDB_NOTFOUND) {
        return cursor.get(key, value, MDB_LAST);
    }
    const bool is_it = error == 0 && std::ranges::equal(to_span(key), wanted);
    return error != 0 || is_it ? error : cursor.get(key, value, MDB_PREV);
}

} // namespace

ModelReader::ModelReader(const ModelStore& store)
    : tables_(store.tables_), journal_id_(store.journal_id_),
      transaction_(store.environment_.get(), MDB_RDONLY) {
    note(transaction_.error());
}

void ModelReader::note(int error) {
    if (error != 0 && error != MDB_NOTFOUND) {
        damage_ = std::string("the read model cannot be read: ") + mdb_strerror(error);
    }
}

std::span<const std::byte> ModelReader::find(MDB_dbi table, std::span<const std::byte> key) {
    MDB_val key_val = to_val(key);
    MDB_val value{};
    if (!damage_.empty() || !is_possible(key_val)) {
        return {};
    }
    const int error = mdb_get(transaction_.get(), table, &key_val, &value);
    note(error);
    return error == 0 ? to_span(value) : std::span<const std::byte>{};
}

std::span<const std::byte> ModelReader::find(const LinkedTable& table,
                                             std::span<const std::byte> key) {
    const auto bytes = find(tables_.of(table), key);
    if (bytes.empty() && checks_gaps_ && damage_.empty() && is_possible(to_val(key))) {
        check_gap(table, to_val(key));
    }
    return bytes;
}

/// The next row must name the row before the gap. Where a damaged tree may have led does not
/// matter: a row between the two would be the one that is named.
void ModelReader::check_gap(const LinkedTable& table, MDB_val key) {
    const MDB_dbi dbi = tables_.of(table);
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
    return &table == &linked<Keys> ? ends().keys_forgotten : Link{0};
}

void ModelReader::lost(const LinkedTable& table) {
    if (damage_.empty()) {
        damage_ = std::string("the read model has lost a row among its ") + table.rows;
    }
}

const LinkedEnds& ModelReader::ends() {
    if (!ends_) {
        const MDB_dbi table = tables_.of<Totals>();
        const auto bytes = find(table, key_bytes(linked_ends_key));
        if (!bytes.empty()) {
            ends_ = checked(decode_ends(bytes), Totals::rows);
        } else if (!find(table, key_bytes(model_totals_key)).empty()) {
            damage_ = "the read model has lost a row among its totals";
        }
        if (!ends_) {
            ends_ = LinkedEnds{};
        }
    }
    return *ends_;
}

std::optional<ModelTotals> ModelReader::totals() {
    const auto bytes = find(tables_.of<Totals>(), key_bytes(model_totals_key));
    return bytes.empty() ? std::nullopt : checked(decode_totals(bytes, journal_id_), Totals::rows);
}

std::optional<domain::Record> ModelReader::record(domain::Sequence sequence) {
    const auto row = get<History>(sequence);
    if (!row) {
        return std::nullopt;
    }
    domain::Record record;
    if (row->share) {
        auto opener = get<Accounts>(row->sides.side[0].account);
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

void ModelReader::each_bytes(MDB_dbi table, const VisitBytes& visit, const LinkedTable* links) {
    if (!damage_.empty()) {
        return;
    }
    std::optional<LmdbCursor> cursor(std::in_place, transaction_.get(), table);
    MDB_val key{};
    MDB_val value{};
    Link before = links != nullptr ? first_link(*links) : Link{0};
    int error = cursor->get(key, value, MDB_NEXT);
    while (error == 0) {
        if (checks_ways_ && find(table, to_span(key)).data() != value.mv_data) {
            damage_ = "the read model has a row that its key does not lead to";
            return;
        }
        if (!visit(to_span(key), to_span(value)) || !damage_.empty()) {
            return;
        }
        if (links != nullptr &&
            link_in_sound(to_span(value)) != std::exchange(before, link_of(*links, to_span(key)))) {
            return lost(*links);
        }
        const bool is_due = rows_a_snapshot_ != 0 && ++rows_read_ % rows_a_snapshot_ == 0;
        error = is_due ? renew(cursor, table, key, value) : cursor->get(key, value, MDB_NEXT);
    }
    note(error);
    if (error == MDB_NOTFOUND && links != nullptr && before != ends().last.at(links->place)) {
        lost(*links);
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

bool ModelReader::links_hold(const LinkedTable& table) {
    each_bytes(
        tables_.of(table),
        [&](auto key, auto bytes) {
            if (!link_in(table, key, bytes)) {
                lost(table);
            }
            return damage_.empty();
        },
        &table);
    return damage_.empty();
}

bool ModelReader::has_history() {
    bool any = false;
    each_key<History>([&any](auto) {
        any = true;
        return false;
    });
    return any;
}

std::optional<KeyRow> ModelReader::key_from(domain::Sequence sequence) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), tables_.of<Keys>());
    MDB_val key = to_val(sequence);
    MDB_val value{};
    const int error = cursor.get(key, value, MDB_SET_RANGE);
    note(error);
    return error != 0
               ? std::nullopt
               : checked(decode<KeyRow>(to_span(value), integer_key(to_span(key))), Keys::rows);
}

std::optional<std::uint64_t> ModelReader::listed_from(const ListedKey& from, ListOrder order) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), tables_.of<Listed>());
    const auto wanted = from.bytes();
    MDB_val key = to_val(std::span<const std::byte>(wanted));
    MDB_val value{};
    const int error = find_nearest(cursor, key, value, order);
    note(error);
    const auto found = error == 0 ? key_in<ListedKey>(to_span(key)) : std::nullopt;
    if (error != 0 || (found && found->part != from.part)) {
        return std::nullopt;
    }
    const auto row =
        checked(found ? decode<ListedRow>(to_span(value), *found) : std::nullopt, Listed::rows);
    return row ? std::optional(found->item) : std::nullopt;
}

std::optional<std::pair<std::string, AccountNumber>>
ModelReader::number_from(std::string_view user_id, ListOrder order) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), tables_.of<Numbers>());
    MDB_val key = to_val(user_id);
    MDB_val value{};
    const int error = find_nearest(cursor, key, value, order);
    note(error);
    if (error != 0) {
        return std::nullopt;
    }
    const std::string_view found = as_text(to_span(key));
    const auto row = checked(decode<NumberRow>(to_span(value), found), Numbers::rows);
    return row ? std::optional(std::pair(std::string(found), row->number)) : std::nullopt;
}

std::optional<std::pair<domain::Sequence, SuspendedRow>>
ModelReader::suspended_from(domain::Sequence from, ListOrder order) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), tables_.of<Suspended>());
    MDB_val key = to_val(from);
    MDB_val value{};
    int error = cursor.get(key, value, MDB_SET_RANGE);
    if (order == ListOrder::desc && error == MDB_NOTFOUND) {
        error = cursor.get(key, value, MDB_LAST);
    } else if (order == ListOrder::desc && error == 0 && integer_key(to_span(key)) > from) {
        error = cursor.get(key, value, MDB_PREV);
    }
    if (error != 0) {
        note(error);
        return std::nullopt;
    }
    const domain::Sequence sequence = integer_key(to_span(key));
    const auto row = checked(decode<SuspendedRow>(to_span(value), sequence), Suspended::rows);
    return row ? std::optional(std::pair(sequence, *row)) : std::nullopt;
}

std::uint64_t ModelReader::count_in(MDB_dbi table) {
    MDB_stat stat{};
    return mdb_stat(transaction_.get(), table, &stat) == 0 ? stat.ms_entries : 0;
}

} // namespace hongbao::persistence
