// Role: an Answer keeps small kinds in itself, and large ones in a box that is freed once.
#include "actors/protocol/answer.hpp"

#include "actors/protocol/claims/request_key.hpp"
#include "actors/protocol/reply.hpp"
#include "actors/protocol/views.hpp"

#include <gtest/gtest.h>

namespace hongbao::testing {
namespace {

using actors::Answer;

static_assert(sizeof(actors::Reply) == 64, "a reply is one cache line");
static_assert(std::is_nothrow_move_constructible_v<Answer> &&
              !std::is_copy_constructible_v<Answer>);

std::string word_of(const Answer& answer) {
    return answer.visit(domain::Overloaded{
        [](domain::Rejection) { return "refused"; },
        [](const actors::ShareReceipt&) { return "share"; },
        [](const actors::KeptAnswer&) { return "kept"; },
        [](const actors::NewsPtr&) { return "news"; },
        [](const auto&) { return "another"; },
    });
}

TEST(Answers, AreOfOneKind) {
    const Answer share = actors::ShareReceipt{domain::PacketId{7}, 12, 34, true, false};
    EXPECT_EQ(share.get<actors::ShareReceipt>().amount_fen, 12);
    EXPECT_EQ(share.get_if<domain::Rejection>(), nullptr);
    EXPECT_EQ(share.get_if<actors::KeptAnswer>(), nullptr);
    EXPECT_EQ(word_of(share), "share");

    const Answer kept = actors::KeptAnswer{200, "body"};
    EXPECT_EQ(kept.get<actors::KeptAnswer>().body, "body");
    EXPECT_EQ(kept.get_if<actors::PacketView>(), nullptr);
    EXPECT_EQ(kept.get_if<actors::ShareReceipt>(), nullptr);
    EXPECT_EQ(word_of(kept), "kept");
    EXPECT_EQ(word_of(actors::PacketView{}), "another");
}

TEST(Answers, MovingHandsTheBoxOn) {
    const auto news = std::make_shared<const actors::News>(persistence::PacketNews{});
    {
        Answer first = actors::NewsPtr(news);
        EXPECT_EQ(news.use_count(), 2);
        Answer second = std::move(first);
        EXPECT_EQ(word_of(second), "news");
        EXPECT_EQ(news.use_count(), 2);
        first = actors::Openable{};
        second = std::move(first);
        EXPECT_EQ(news.use_count(), 1) << "what it held before is freed";
        second = actors::NewsPtr(news);
        auto& itself = second;
        second = std::move(itself);
        EXPECT_EQ(news.use_count(), 2);
    }
    EXPECT_EQ(news.use_count(), 1);
}

TEST(Answers, TheClaimOfAKeyCanBeTakenOut) {
    Answer answer = std::make_unique<actors::RequestKey>(domain::IdempotencyTag{"key", {}});
    const auto key = answer.take<actors::RequestKey>();
    EXPECT_EQ(key->tag().key, "key");
    EXPECT_FALSE(answer.is<actors::RequestKey>());
}

} // namespace
} // namespace hongbao::testing
