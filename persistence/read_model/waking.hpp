// Role: how an entity becomes whole again from its rows, whatever its kind. Each kind says how
// (packet/waking.hpp and so on), and what must be true of its rows together. Rows and records come
// from a ModelView or a ModelReader, the `Source`.
#pragma once

#include "domain/record.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

enum class Waking : std::uint8_t { not_yet_whole, whole, does_not_fit };

/// One step of ReadModel::wake_further.
template <typename Sleeping, typename Source>
Waking wake_further(Sleeping& sleeping, std::uint64_t rows_max, Source& source) {
    for (; rows_max > 0 && sleeping.rows_added() < sleeping.row_count(); --rows_max) {
        if (!add_next_row(sleeping, source)) {
            return Waking::does_not_fit;
        }
    }
    return sleeping.rows_added() < sleeping.row_count() ? Waking::not_yet_whole
                                                        : close_and_compare(sleeping);
}

/// The record at `sequence`, if it has such an event about that entity.
template <typename Event, typename Id, typename Source>
std::optional<domain::Record> record_about(Id Event::*id_in_event, Id id, domain::Sequence sequence,
                                           Source& source) {
    std::optional<domain::Record> record = source.record(sequence);
    const auto* event = record ? std::get_if<Event>(&record->event) : nullptr;
    return event != nullptr && event->*id_in_event == id ? std::move(record) : std::nullopt;
}

/// Finds the closing, if the row has one. False if its record is not there or about something else.
template <typename Sleeping, typename Row, typename Event, typename Id, typename Source>
bool find_closing(Sleeping& sleeping, const Row& row, Id Event::*id_in_event, Id id,
                  Source& source) {
    if (row.closed_sequence == 0) {
        return true;
    }
    auto record = record_about(id_in_event, id, row.closed_sequence, source);
    if (record) {
        sleeping.closed = std::move(std::get<Event>(record->event));
        sleeping.closed_at = record->at;
    }
    return record.has_value();
}

} // namespace hongbao::persistence
