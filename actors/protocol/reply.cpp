// Role: sends replies off grouped by front end, so that each is woken once.
#include "actors/protocol/reply.hpp"

#include "actors/protocol/administration.hpp"
#include "actors/protocol/views.hpp"

#include <algorithm>
#include <iterator>

namespace hongbao::actors {

void stamp(Reply& reply, domain::Sequence as_of) {
    if (auto* view = reply.answer.get_if<PacketView>()) {
        view->as_of = view->as_of == 0 ? as_of : view->as_of;
    }
    // It leaves with its record, the last one by then.
    auto* receipt = reply.answer.get_if<AdministrationReceipt>();
    if (receipt != nullptr && !receipt->repeat && receipt->record.sequence == 0) {
        receipt->record.sequence = as_of;
    }
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
