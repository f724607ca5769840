// Role: grouping replies by sink.
#include "actors/reply.hpp"

#include <algorithm>
#include <iterator>

namespace hongbao::actors {

CampaignView view_of_funded(const domain::CampaignFunded& funded, domain::InstantMs at) {
    CampaignView view;
    view.summary.terms = funded;
    view.summary.created_at = at;
    return view;
}

void deliver_all(std::vector<Reply>&& replies) {
    while (!replies.empty()) {
        ReplySink* sink = replies.front().to.sink;
        const auto others =
            std::stable_partition(replies.begin(), replies.end(),
                                  [sink](const Reply& reply) { return reply.to.sink == sink; });
        std::vector<Reply> rest(std::make_move_iterator(others),
                                std::make_move_iterator(replies.end()));
        replies.erase(others, replies.end());
        if (sink != nullptr) {
            sink->deliver(std::move(replies));
        }
        replies = std::move(rest);
    }
}

void deliver_one(const ReplyTo& to, Answer&& answer) {
    if (to.sink != nullptr) {
        std::vector<Reply> one;
        one.push_back(Reply{to, std::move(answer)});
        to.sink->deliver(std::move(one));
    }
}

} // namespace hongbao::actors
