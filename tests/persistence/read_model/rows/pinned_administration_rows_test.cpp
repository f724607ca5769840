// Role: the rows of the administration in the read model, each spelled byte by byte
// (pinned_rows_test.cpp says how): no change of code may change them unnoticed.
#include "tests/persistence/read_model/rows/pinned_rows.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

const std::string id = "00000000000000a1";
constexpr const char* no_hash = "0000000000000000000000000000000000000000000000000000000000000000";

domain::SecretHash hash(std::uint8_t byte) {
    domain::SecretHash bytes{};
    bytes.fill(byte);
    return bytes;
}

TEST(PinnedAdministrationRows, OfAKey) {
    AccessKeyRow row;
    row.set_key(id);
    expect_pinned_body(row, id,
                       std::string("00 00 00 ") + no_hash + " 00 00 " + no_hash + " 00 00 00 00");
    row.key = {
        {id, "Till", domain::Scope::merchant, "shop", hash(0x11), 1'001, {"10.0.0.0/8", "::1"}},
        hash(0x22),
        1'002,
        1'003,
        1'004,
        1'005};
    expect_pinned_body(
        row, id,
        "0454696c6c 02 0473686f70 1111111111111111111111111111111111111111111111111111111111111111 "
        "d20f 02 0a31302e302e302e302f38 033a3a31 "
        "2222222222222222222222222222222222222222222222222222222222222222 d40f d60f d80f da0f");
}

TEST(PinnedAdministrationRows, OfASwitch) {
    expect_pinned_body(SwitchRow{}, std::uint64_t{1}, "01 00 00 00 00");
    expect_pinned_body(SwitchRow{0, 1'001, 1'002, "local", "why"}, std::uint64_t{6},
                       "00 d20f d40f 056c6f63616c 03776879");
}

TEST(PinnedAdministrationRows, OfAnInvitation) {
    InvitationRow row;
    row.set_key(id);
    expect_pinned_body(row, id, std::string(no_hash) + " 00 00 00 00 00 00 00");
    row.invitation = {{id, hash(0x33), {1'000}, 1'001, 1'002, {"::/0"}}, 1'003, 1'004, 1'005};
    expect_pinned_body(row, id,
                       "3333333333333333333333333333333333333333333333333333333333333333 e807 d20f "
                       "d40f 01 043a3a2f30 d60f d80f da0f");
}

TEST(PinnedAdministrationRows, OfAWebhook) {
    WebhookRow row;
    row.set_key(id);
    expect_pinned_body(row, id, "00 00 00 00 02 00 00 00 00");
    row.webhook.made = {id, "url", {"a"}, {}, "why", 1'001, 1'002, 1'003};
    row.webhook.created_at = 1'004;
    row.webhook.changed_at = 1'005;
    row.is_paused = 1;
    expect_pinned_body(row, id, "0375726c 01 0161 01 03776879 d20f d40f eb07 d80f da0f");
}

} // namespace
} // namespace hongbao::persistence
