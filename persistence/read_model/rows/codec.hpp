// Role: rows to bytes and back. A row names each of its fields once, in the order of its bytes:
//     static void fields(auto&& visit, auto&... row) { visit("sequence", row.sequence...); … }
// `visit` gets the name and the field of each row given: of one to write or read it, of two to
// compare them. All of it is inlined. The layout changes with model_format_version alone
// (rows/totals.hpp). Pure.
#pragma once

#include "persistence/read_model/rows/keys.hpp"

#include <optional>
#include <span>
#include <utility>

namespace hongbao::persistence {

/// Rows that begin with a link to the row before them (rows/linked_rows.hpp).
template <typename Row>
concept LinkedRow = requires {
    requires Row::is_linked;
};

/// Leaves the row in `bytes`, with no link yet.
template <typename Row, typename Key>
void encode(const Row& row, const Key& key, RowBytes& bytes) {
    RowWriter writer(bytes);
    if constexpr (LinkedRow<Row>) {
        writer.put_no_link();
    }
    Row::fields([&writer](const char*, const auto& value) { writer.put(value); }, row);
    writer.seal(seal_of(key));
}

/// Nothing if the row is damaged.
template <typename Row, typename Key>
std::optional<Row> decode(std::span<const std::byte> bytes, const Key& key) {
    if constexpr (requires { Row::decoded(bytes, key); }) {
        return Row::decoded(bytes, key);
    } else {
        std::optional<Row> row(std::in_place);
        RowReader reader(bytes, seal_of(key));
        if constexpr (LinkedRow<Row>) {
            reader.skip_link();
        }
        Row::fields([&reader](const char*, auto& value) { reader.get(value); }, *row);
        if constexpr (requires { row->set_key(key); }) {
            row->set_key(key);
        }
        if (!reader.ok()) {
            row.reset();
        }
        return row;
    }
}

} // namespace hongbao::persistence
