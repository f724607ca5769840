// Role: applies records to campaigns.
#include "persistence/read_model/apply.hpp"
#include "persistence/event_group.hpp"
#include "persistence/read_model/campaign/kind.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;

class CampaignChanges {
  public:
    CampaignChanges(Applying& applying, const Record& record)
        : applying_(applying), filling_(applying.filling()), record_(record) {}

    void operator()(const domain::CampaignFunded& funded) const {
        CampaignRow row;
        row.funded_sequence = row.as_of = record_.sequence;
        row.merchant = funded.merchant;
        row.budget_fen = row.remaining_fen = funded.budget_fen;
        row.ends_at = domain::ends_at(funded);
        filling_.totals.open_campaign_count += 1;
        filling_.totals.held.campaigns_fen += row.remaining_fen;
        applying_.note_id(funded.campaign_id.value);
        list(row, std::nullopt);
        filling_.campaigns.emplace(funded.campaign_id,
                                   Generation::CampaignPart{std::move(row), {}});
    }
    void operator()(const domain::ShakeDrawn& drawn) const {
        auto& part = part_of(drawn.campaign_id);
        const AccountNumber number = number_of(drawn);
        part.row.remaining_fen = domain::subtract_fen(part.row.remaining_fen, drawn.amount_fen);
        filling_.totals.held.campaigns_fen -= drawn.amount_fen;
        part.row.shake_count += 1;
        part.row.win_count += drawn.is_win() ? 1 : 0;
        part.row.as_of = record_.sequence;
        part.new_shakes.push_back({number, drawn.shake_key, drawn.round, drawn.amount_fen,
                                   record_.at, record_.sequence, part.row.win_count,
                                   part.row.remaining_fen});
        if (drawn.is_win()) {
            filling_.totals.open_campaign_count -= part.row.is_open() ? 0 : 1;
            list(part.row, OpenPhase::open);
        }
    }
    void operator()(const domain::CampaignClosed& closed) const {
        auto& part = part_of(closed.campaign_id);
        part.row.remaining_fen = domain::subtract_fen(part.row.remaining_fen, closed.refund_fen);
        filling_.totals.held.campaigns_fen -= closed.refund_fen;
        part.row.closed_sequence = part.row.as_of = record_.sequence;
        filling_.totals.open_campaign_count -= 1; // only an open campaign is closed
        list(part.row, OpenPhase::open);
    }

  private:
    Generation::CampaignPart& part_of(domain::CampaignId campaign_id) const {
        return applying_.part_to_change<Kind<domain::Campaign>>(campaign_id);
    }
    /// `before`: its phase before the record; nothing: it is new.
    void list(const CampaignRow& row, std::optional<OpenPhase> before) const {
        const OpenPhase phase = row.phase();
        if (before != phase) {
            ModelView& view = applying_.view();
            applying_.list(List::campaigns, {everybody, view.must_have(view.number(row.merchant))},
                           row.funded_sequence,
                           before ? std::optional(phase_of(*before)) : std::nullopt,
                           phase_of(phase));
        }
    }
    /// A blank touches no account.
    AccountNumber number_of(const domain::ShakeDrawn& drawn) const {
        ModelView& view = applying_.view();
        return drawn.is_win() ? applying_.touched(drawn.user_id).number
                              : view.must_have(view.number(drawn.user_id));
    }

    Applying& applying_;
    Generation& filling_;
    const Record& record_;
};

} // namespace

void Kind<domain::Campaign>::apply(Applying& applying, const Record& record) {
    take_if_of<Events>(record.event, CampaignChanges(applying, record));
}

} // namespace hongbao::persistence
