// Role: answers which luck the opened shares of a packet had.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/packet/fairness.hpp"
#include "persistence/read_model/packet/waking.hpp"

namespace hongbao::persistence {

namespace {

constexpr std::uint64_t judged_whole_max = 200;

ShareLuck luck_of(const Fairness& fairness, std::uint64_t place, const ClaimRow& claim) {
    return {
        place, {}, claim.amount_fen, fairness.of(place, claim.remaining_fen + claim.amount_fen)};
}

std::optional<double> mean_square_z(ModelView& view, const Fairness& fairness,
                                    domain::PacketId packet_id, std::uint64_t opened_count) {
    double sum = 0;
    double judged = 0;
    for (std::uint64_t place = 1; place <= opened_count; ++place) {
        const ClaimRow claim = view.must_have(view.get<Claims>({packet_id, place}));
        if (const auto z = luck_of(fairness, place, claim).z()) {
            sum += *z * *z;
            judged += 1;
        }
    }
    return judged > 0 ? std::optional(sum / judged) : std::nullopt;
}

FairnessPage page_of_fairness(ModelView& view, domain::PacketId packet_id,
                              const PageRequest& page) {
    FairnessPage answer;
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return answer;
    }
    answer.as_of = view.as_of();
    const domain::Record sent = view.must_have(view.record(packet->sent_sequence));
    const Fairness fairness(std::get<domain::PacketSent>(sent.event));
    answer.basis = fairness.basis();
    answer.opened_count = packet->claim_count;
    const bool is_upwards = page.order == ListOrder::asc;
    std::uint64_t place = page.cursor.value_or(is_upwards ? 1 : packet->claim_count);
    if (page.cursor && (place == 0 || place > packet->claim_count)) {
        answer.is_elsewhere = true;
        return answer;
    }
    const auto is_there = [&] { return place >= 1 && place <= packet->claim_count; };
    for (; is_there() && answer.items.size() < page.limit;
         place = is_upwards ? place + 1 : place - 1) {
        const ClaimRow claim = view.must_have(view.get<Claims>({packet_id, place}));
        answer.items.push_back(luck_of(fairness, place, claim));
        answer.items.back().user_id =
            view.must_have(view.get<Accounts>(claim.account)).account.profile.user_id;
    }
    if (is_there()) {
        answer.next_cursor = place;
    }
    if (answer.basis != LuckBasis::none && packet->claim_count <= judged_whole_max) {
        answer.mean_square_z = mean_square_z(view, fairness, packet_id, packet->claim_count);
    }
    return answer;
}

} // namespace

FairnessPage ReadModel::fairness(domain::PacketId packet_id, const PageRequest& page) const {
    return ask([&](ModelView& view) { return page_of_fairness(view, packet_id, page); });
}

} // namespace hongbao::persistence
