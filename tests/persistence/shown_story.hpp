// Role: a story of what people are shown: names that change, statuses with their reasons, and
// packets, campaigns and sales with all the words and pictures that they can have.
#pragma once

#include "tests/persistence/journals.hpp"

namespace hongbao::testing {

/// 18 records, each following from those before. Of packets 71 to 73 the last names recipients, of
/// campaigns 91 and 92 and sales 95 and 96 the second has nothing but its name. In the end Ann is
/// Anna without a picture, bob is active again, and carol frozen.
inline std::vector<domain::Record> shown_story() {
    using namespace domain;
    const auto sent = [](std::uint64_t id, const char* cover, std::vector<UserId> recipients) {
        PacketSent packet{{id},  "ann",  PacketKind::equal,        20,
                          2,     "Luck", std::move(recipients),    {},
                          false, 20'000, story_begins + 86'400'000};
        packet.cover = cover;
        return packet;
    };
    const auto funded = [](std::uint64_t id, const char* picture, const char* text) {
        CampaignFunded campaign{{id}, "shop", "Rain 红包雨", 100, 1, {}};
        campaign.rounds.push_back({story_begins, story_begins + 3'600'000, 500, 10, 10, 1});
        campaign.picture = picture;
        campaign.text = text;
        return campaign;
    };
    const auto opened = [](std::uint64_t id, const char* group) {
        return SaleOpened{.sale_id = {id},
                          .merchant = "shop",
                          .title = "Hall 1, 19:30",
                          .price_fen = 10,
                          .stock = 3,
                          .starts_at = story_begins,
                          .ends_at = story_begins + 3'600'000,
                          .per_user_limit = 1,
                          .payment_window_s = 60,
                          .refund_period_s = 0,
                          .group = group};
    };
    return records_of({
        AccountOpened{"ann", "Ann", "https://example.org/a.png", AccountType::personal},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        AccountOpened{"carol", "Carol", "", AccountType::personal},
        AccountOpened{"shop", "Shop", "/shop.png", AccountType::merchant},
        Deposited{"ann", 100, ""},
        Deposited{"shop", 200, ""},
        AccountProfileChanged{"ann", "Anna 安", "https://example.org/b.png"},
        AccountStatusChanged{"bob", AccountStatus::frozen, "phone lost 手机"},
        sent(71, "spring-festival", {}),
        sent(72, "https://example.org/cover.png", {}),
        sent(73, "birthday", {"bob", "carol"}),
        funded(91, "https://example.org/rain.png", "Shake at noon 中午"),
        funded(92, "", ""),
        opened(95, "The Film 电影"),
        opened(96, ""),
        AccountStatusChanged{"bob", AccountStatus::active, ""},
        AccountProfileChanged{"ann", "Anna", ""},
        AccountStatusChanged{"carol", AccountStatus::frozen, "asked for it"},
    });
}

} // namespace hongbao::testing
