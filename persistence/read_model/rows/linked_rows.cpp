// Role: setting and reading the links in rows, and telling the follower of a row that is put.
#include "persistence/read_model/rows/linked_rows.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::persistence {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t ends_seal = 0x656e6473; // "ends"

/// A row is sealed with the number that it is linked by.
void set_link(const LinkedTable& table, Bytes key, RowBytes& bytes, Link link) {
    std::memcpy(bytes.data(), &link, sizeof link);
    bytes.resize(bytes.size() - sizeof(std::uint64_t));
    RowWriter::seal(bytes, link_of(table, key));
}

} // namespace

void encode(const LinkedEnds& ends, RowBytes& bytes) {
    RowWriter writer(bytes);
    writer.put(ends.last).put(ends.keys_forgotten).seal(ends_seal);
}

std::optional<LinkedEnds> decode_ends(Bytes bytes) {
    LinkedEnds ends;
    RowReader reader(bytes, ends_seal);
    return reader.get(ends.last).get(ends.keys_forgotten).ok() ? std::optional(ends) : std::nullopt;
}

Link link_of(const LinkedTable& table, Bytes key) {
    return table.has_text_keys ? hash_of_key(key) : integer_key(key);
}

Link link_in_sound(Bytes bytes) {
    Link link = 0;
    if (bytes.size() >= sizeof link) {
        std::memcpy(&link, bytes.data(), sizeof link);
    }
    return link;
}

std::optional<Link> link_in(const LinkedTable& table, Bytes key, Bytes bytes) {
    Link link = 0;
    RowReader reader(bytes, link_of(table, key));
    reader.get_raw(link).rest();
    return reader.ok() ? std::optional(link) : std::nullopt;
}

int put_linked(const LinkedTarget& target, Bytes key, RowBytes& bytes) {
    const LinkedTable& table = target.table;
    const auto put_here = [&target](Bytes at, Bytes row) {
        MDB_val at_val = to_val(at);
        MDB_val row_val = to_val(row);
        return mdb_put(target.transaction, target.dbi, &at_val, &row_val, 0);
    };
    LmdbCursor cursor(target.transaction, target.dbi);
    MDB_val found = to_val(key);
    MDB_val value{};
    int error = cursor.get(found, value, MDB_SET_RANGE);
    if (error == MDB_NOTFOUND) {
        set_link(table, key, bytes, target.ends.last.at(table.place));
        target.ends.last.at(table.place) = link_of(table, key);
        return put_here(key, bytes);
    }
    if (error != 0) {
        return error;
    }
    const auto link = link_in(table, to_span(found), to_span(value));
    if (!link) {
        return MDB_CORRUPTED;
    }
    set_link(table, key, bytes, *link);
    if (std::ranges::equal(to_span(found), key)) {
        return put_here(key, bytes);
    }
    // Copies: a row found in LMDB may move when another is put.
    const RowBytes follower_key(to_span(found).begin(), to_span(found).end());
    RowBytes follower(to_span(value).begin(), to_span(value).end());
    set_link(table, follower_key, follower, link_of(table, key));
    error = put_here(key, bytes);
    return error != 0 ? error : put_here(follower_key, follower);
}

int append_linked(const LinkedTarget& target, LmdbCursor& cursor, std::uint64_t key,
                  RowBytes& bytes) {
    Link& last = target.ends.last.at(target.table.place);
    set_link(target.table, std::as_bytes(std::span(&key, 1)), bytes, std::exchange(last, key));
    return cursor.append(key, bytes);
}

} // namespace hongbao::persistence
