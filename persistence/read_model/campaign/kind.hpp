// Role: campaigns as a kind (kind.hpp): due when they end, with shakes as their own rows.
#pragma once

#include "domain/books/books.hpp"
#include "persistence/read_model/campaign/waking.hpp"
#include "persistence/read_model/kind.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <optional>

namespace hongbao::persistence {

template <>
struct Kind<domain::Campaign> {
    using Id = domain::CampaignId;
    using Events = domain::CampaignEvents;
    using Rows = Campaigns;
    using Ends = CampaignEnds;
    using Sleeping = SleepingCampaign;

    static constexpr const char* name = "campaign";
    static constexpr const char* child_names = "shakes";
    static constexpr const char* open_ones = "open campaigns";
    static constexpr const char* open_ones_and_ends = "open campaigns and ends of campaigns";
    static constexpr List list = List::campaigns;
    static constexpr auto parts = &Generation::campaigns;
    static constexpr auto open_count = &ModelTotals::open_campaign_count;
    static constexpr auto held = &HeldSums::campaigns_fen;
    static constexpr auto books = &domain::Books::campaigns;
    static constexpr auto entity = &SleepingCampaign::campaign;
    static constexpr auto all_open = &OpenEntities::campaigns;

    static Id id_in(const auto& event) { return event.campaign_id; }
    static domain::Fen held_fen(const CampaignRow& row) { return row.remaining_fen; }
    static domain::InstantMs due_at(const CampaignRow& row) { return row.ends_at; }
    static std::optional<OpenCampaign> open_at(ModelReader&, Id id, domain::InstantMs at) {
        return OpenCampaign{id, at};
    }
    static void apply(Applying& applying, const domain::Record& record);
    static void write(RowsWriter& writer, const Generation& generation);
    static void count_pages(PageEstimate& pages, const Generation& generation);
};

} // namespace hongbao::persistence
