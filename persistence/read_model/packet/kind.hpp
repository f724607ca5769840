// Role: packets as a kind (kind.hpp): due when they expire, with claims as their own rows.
#pragma once

#include "domain/books/books.hpp"
#include "persistence/read_model/kind.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/packet/waking.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <optional>

namespace hongbao::persistence {

template <>
struct Kind<domain::Packet> {
    using Id = domain::PacketId;
    using Events = domain::PacketEvents;
    using Rows = Packets;
    using Ends = Expiries;
    using Sleeping = SleepingPacket;

    static constexpr const char* name = "packet";
    static constexpr const char* child_names = "claims";
    static constexpr const char* open_ones = "open packets";
    static constexpr const char* open_ones_and_ends = "open packets and times of expiry";
    static constexpr List list = List::packets;
    static constexpr auto parts = &Generation::packets;
    static constexpr auto open_count = &ModelTotals::open_packet_count;
    static constexpr auto held = &HeldSums::packets_fen;
    static constexpr auto books = &domain::Books::packets;
    static constexpr auto entity = &SleepingPacket::packet;
    static constexpr auto all_open = &OpenEntities::packets;

    static Id id_in(const auto& event) { return event.packet_id; }
    static domain::Fen held_fen(const PacketRow& row) { return row.remaining_fen; }
    static domain::InstantMs due_at(const PacketRow& row) { return row.expires_at; }
    static std::optional<OpenPacket> open_at(ModelReader&, Id id, domain::InstantMs at) {
        return OpenPacket{id, at};
    }
    static void apply(Applying& applying, const domain::Record& record);
    static void write(RowsWriter& writer, const Generation& generation);
    static void count_pages(PageEstimate& pages, const Generation& generation);
};

} // namespace hongbao::persistence
