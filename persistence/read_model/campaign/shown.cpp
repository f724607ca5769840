// Role: a campaign with the records that its row names.
#include "persistence/read_model/campaign/shown.hpp"

namespace hongbao::persistence {

CampaignSummary summary_of(ModelView& view, const CampaignRow& row) {
    const domain::Record funded = view.must_have(view.record(row.funded_sequence));
    CampaignSummary summary;
    summary.terms = std::get<domain::CampaignFunded>(funded.event);
    summary.created_at = funded.at;
    summary.spent_fen = row.budget_fen - row.remaining_fen;
    summary.shake_count = row.shake_count;
    summary.win_count = row.win_count;
    if (row.closed_sequence != 0) {
        const domain::Record record = view.must_have(view.record(row.closed_sequence));
        summary.closed_at = record.at;
        summary.refund_fen = std::get<domain::CampaignClosed>(record.event).refund_fen;
        summary.spent_fen -= summary.refund_fen;
    }
    return summary;
}

} // namespace hongbao::persistence
