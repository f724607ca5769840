// Role: a batch of replies wakes each front end once.
#include "actors/protocol/reply.hpp"

#include <gtest/gtest.h>

namespace hongbao::testing {
namespace {

class BatchLog final : public actors::ReplySink {
  public:
    void deliver(std::vector<actors::Reply>&& replies) override {
        auto& batch = batches.emplace_back();
        for (const actors::Reply& reply : replies) {
            EXPECT_EQ(reply.to.sink, this);
            batch.push_back(reply.to.index);
        }
    }
    std::vector<std::vector<std::uint32_t>> batches;
};

using Batches = std::vector<std::vector<std::uint32_t>>;

TEST(DeliverAll, GroupsBySinkAndKeepsTheOrderInEach) {
    BatchLog first;
    BatchLog second;
    std::vector<actors::Reply> replies;
    std::uint32_t index = 0;
    for (actors::ReplySink* sink :
         std::initializer_list<actors::ReplySink*>{&first, &second, nullptr, &second, &first}) {
        replies.push_back({actors::ReplyTo{sink, nullptr, index++}, actors::Openable{}});
    }
    actors::deliver_all(std::move(replies));
    EXPECT_EQ(first.batches, (Batches{{0, 4}}));
    EXPECT_EQ(second.batches, (Batches{{1, 3}}));
}

TEST(DeliverAll, NothingToDeliverWakesNobody) {
    actors::deliver_all({});
    BatchLog log;
    actors::deliver_one({}, actors::Openable{}); // nobody asked
    actors::deliver_one({&log, nullptr, 3}, actors::Openable{});
    EXPECT_EQ(log.batches, (Batches{{3}}));
}

} // namespace
} // namespace hongbao::testing
