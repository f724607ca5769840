// Role: the room in the journal that a batch claims for its answer is enough for every item.
#include "http/api/accounts/render.hpp"
#include "http/api/batch.hpp"
#include "http/api/packets/render.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace hongbao::http {
namespace {

TEST(Batches, ClaimEnoughForEveryAnswerToAnItem) {
    const std::string longest(64, 'x'); // of a user id, and of a request id
    for (int n = 0; n <= static_cast<int>(domain::Rejection::money_limit_reached); ++n) {
        const auto rejection = static_cast<domain::Rejection>(n);
        EXPECT_LT(render_problem(problem_of(rejection), longest).size(), batch_item_bytes_most)
            << domain::code_of(rejection);
    }
    EXPECT_LT(render_problem(read_model_lags(), longest).size(), batch_item_bytes_most);
    actors::ShareReceipt share;
    share.packet_id.value = UINT64_MAX;
    share.amount_fen = INT64_MAX;
    EXPECT_LT(render_share(share, longest).size(), batch_item_bytes_most);
    // The texts in an account's answer are at most as long as in the body of the request.
    actors::AccountView account;
    account.account.profile.user_id = longest;
    account.account.standing.balance_fen = INT64_MAX;
    EXPECT_LT(render(account).dump().size(), batch_item_bytes_most);
}

} // namespace
} // namespace hongbao::http
