// Role: what came after one of a packet's records. Its claims are numbered in journal order, so the
// first one after a record is found by bisection, even among a million.
#include "persistence/read_model/packet/news.hpp"

#include "persistence/read_model/ask.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Sequence;

class NewsOfPacket {
  public:
    NewsOfPacket(ModelView& view, domain::PacketId packet_id, const PacketRow& packet)
        : view_(view), packet_id_(packet_id), packet_(packet) {}

    PacketNews after(Sequence start, std::size_t claims_max) {
        PacketNews news;
        std::uint64_t claim_no = claims_up_to(start);
        news.knows_start = is_start(start, claim_no);
        news.is_over = !packet_.is_open();
        const std::uint64_t last_no =
            std::min<std::uint64_t>(packet_.claim_count, claim_no + claims_max);
        while (claim_no < last_no) {
            news.claims.push_back(told(++claim_no));
        }
        if (claim_no < packet_.claim_count) {
            return news;
        }
        if (packet_.is_exhausted()) {
            news.exhausted = exhausted();
        } else if (packet_.closed_sequence > start) {
            news.closed = closed();
        }
        return news;
    }

  private:
    ClaimRow claim(std::uint64_t claim_no) {
        return view_.must_have(view_.get<Claims>({packet_id_, claim_no}));
    }

    /// How many of the claims are not after this record.
    std::uint64_t claims_up_to(Sequence start) {
        std::uint64_t known = 0;
        std::uint64_t unknown = packet_.claim_count + 1; // the first claim known to be after it
        if (packet_.claim_count > 0 && claim(packet_.claim_count).sequence <= start) {
            known = packet_.claim_count; // followers are usually caught up
        }
        while (known + 1 < unknown && known < packet_.claim_count) {
            const std::uint64_t middle = known + (unknown - known) / 2;
            (claim(middle).sequence <= start ? known : unknown) = middle;
        }
        return known;
    }

    bool is_start(Sequence start, std::uint64_t claims_before) {
        return start == 0 || start == packet_.sent_sequence || (start == packet_.closed_sequence) ||
               (claims_before > 0 && claim(claims_before).sequence == start);
    }

    PacketNews::Claim told(std::uint64_t claim_no) {
        const ClaimRow row = claim(claim_no);
        auto profile = view_.must_have(view_.get<Accounts>(row.account)).account.profile;
        return {row.sequence,
                {std::move(profile.user_id), std::move(profile.username),
                 std::move(profile.avatar_url), row.amount_fen, row.opened_at},
                packet_.share_count - static_cast<std::int64_t>(claim_no),
                row.remaining_fen};
    }

    PacketNews::Exhausted exhausted() {
        const ClaimRow last = claim(packet_.claim_count);
        const ClaimRow luckiest = claim(packet_.luckiest_claim);
        const auto sent_at = view_.must_have(view_.record(packet_.sent_sequence)).at;
        // The wall clock may have been set back meanwhile.
        return {last.sequence, last.opened_at, std::max<std::int64_t>(0, last.opened_at - sent_at),
                view_.must_have(view_.get<Accounts>(luckiest.account)).account.profile.user_id,
                luckiest.amount_fen};
    }

    PacketNews::Closed closed() {
        const domain::Record record = view_.must_have(view_.record(packet_.closed_sequence));
        return {record.sequence, record.at,
                std::get<domain::PacketClosed>(record.event).refund_fen};
    }

    ModelView& view_;
    const domain::PacketId packet_id_;
    const PacketRow& packet_;
};

} // namespace

std::optional<PacketNews> ReadModel::news(domain::PacketId packet_id, Sequence after,
                                          std::size_t claims_max) const {
    return ask([&](ModelView& view) -> std::optional<PacketNews> {
        const auto packet = view.may_have(view.get<Packets>(packet_id));
        if (!packet) {
            return std::nullopt;
        }
        return NewsOfPacket(view, packet_id, *packet).after(after, claims_max);
    });
}

} // namespace hongbao::persistence
