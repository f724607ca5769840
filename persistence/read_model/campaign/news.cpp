// Role: what came after one of a campaign's records. Its shakes are numbered in journal order and
// each knows how many prizes there were up to it, so the next prize is found by bisection, whatever
// the number of blanks in between.
#include "persistence/read_model/campaign/news.hpp"

#include "persistence/read_model/ask.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Sequence;

class NewsOfCampaign {
  public:
    NewsOfCampaign(ModelView& view, domain::CampaignId campaign_id, const CampaignRow& campaign)
        : view_(view), campaign_id_(campaign_id), campaign_(campaign) {}

    CampaignNews after(Sequence start, std::size_t wins_max) {
        CampaignNews news;
        std::uint64_t shake_no =
            first_from(1, [&](const ShakeRow& row) { return row.sequence > start; }) - 1;
        news.knows_start = is_start(start, shake_no);
        news.is_over = !campaign_.is_open();
        std::uint64_t wins = shake_no == 0 ? 0 : shake(shake_no).win_count;
        while (wins < campaign_.win_count && news.wins.size() < wins_max) {
            shake_no =
                first_from(shake_no + 1, [&](const ShakeRow& row) { return row.win_count > wins; });
            news.wins.push_back(told(shake(shake_no)));
            wins += 1;
        }
        if (wins < campaign_.win_count) {
            return news;
        }
        if (campaign_.closed_sequence > start) {
            news.closed = closed();
        } else if (news.is_over && campaign_.closed_sequence == 0) {
            news.spent = shake(first_from(1, [&](const ShakeRow& row) {
                             return row.win_count == campaign_.win_count;
                         })).sequence;
        }
        return news;
    }

  private:
    ShakeRow shake(std::uint64_t shake_no) {
        return view_.must_have(view_.get<Shakes>({campaign_id_, shake_no}));
    }

    /// The number of the first shake, from `first` on, for which `is_true` holds; it then holds for
    /// all later ones. If it holds for none: one more than there are shakes.
    template <typename IsTrue>
    std::uint64_t first_from(std::uint64_t first, IsTrue is_true) {
        std::uint64_t end = campaign_.shake_count + 1;
        if (campaign_.shake_count >= first && !is_true(shake(campaign_.shake_count))) {
            return end; // followers are usually caught up
        }
        while (first < end) {
            const std::uint64_t middle = first + (end - first) / 2;
            if (is_true(shake(middle))) {
                end = middle;
            } else {
                first = middle + 1;
            }
        }
        return end;
    }

    bool is_start(Sequence start, std::uint64_t shakes_before) {
        return start == 0 || start == campaign_.funded_sequence ||
               start == campaign_.closed_sequence ||
               (shakes_before > 0 && shake(shakes_before).sequence == start);
    }

    CampaignNews::Win told(const ShakeRow& row) {
        auto profile = view_.must_have(view_.get<Accounts>(row.account)).account.profile;
        return {row.sequence,
                std::move(profile.user_id),
                std::move(profile.username),
                std::move(profile.avatar_url),
                row.amount_fen,
                row.round,
                row.drawn_at,
                row.remaining_fen};
    }

    CampaignNews::Closed closed() {
        const domain::Record record = view_.must_have(view_.record(campaign_.closed_sequence));
        return {record.sequence, record.at,
                std::get<domain::CampaignClosed>(record.event).refund_fen};
    }

    ModelView& view_;
    const domain::CampaignId campaign_id_;
    const CampaignRow& campaign_;
};

} // namespace

std::optional<CampaignNews> ReadModel::news(domain::CampaignId campaign_id, Sequence after,
                                            std::size_t wins_max) const {
    return ask([&](ModelView& view) -> std::optional<CampaignNews> {
        const auto campaign = view.may_have(view.get<Campaigns>(campaign_id));
        if (!campaign) {
            return std::nullopt;
        }
        return NewsOfCampaign(view, campaign_id, *campaign).after(after, wins_max);
    });
}

} // namespace hongbao::persistence
