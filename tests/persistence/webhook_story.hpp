// Role: a story of webhooks: made, delivered to, paused, resumed with another secret, removed.
#pragma once

#include "tests/persistence/sale_story.hpp"

namespace hongbao::testing {

inline const domain::AccessId books_hook = "00000000000000e5";
inline const domain::AccessId shop_hook = "00000000000000f6";

/// 10 records, each following from those before. One webhook is left, active, with its second
/// secret and five records delivered. Records 2, 3, 6, 7, 8 and 10 are operations, and signed.
inline std::vector<domain::Record> webhook_story() {
    using namespace domain;
    const auto hook = [](AccessId id, WebhookStatus status, Sequence delivered) {
        return WebhookChanged{
            std::move(id), "https://books.example.com/hongbao", {}, status, "", 1, 0, delivered};
    };
    WebhookChanged of_shop = hook(shop_hook, WebhookStatus::active, 2);
    of_shop.url = "https://shop.example.com/收款";
    of_shop.types = {"deposited", "withdrawn"};
    WebhookChanged given_up = of_shop;
    given_up.status = WebhookStatus::paused;
    given_up.pause_reason = "410 Gone";
    WebhookChanged rotated = hook(books_hook, WebhookStatus::active, 4);
    rotated.secret_version = 2;
    rotated.previous_until = story_at(86'400);
    WebhookChanged further = rotated;
    further.delivered = 5;
    WebhookChanged removed = given_up;
    removed.status = WebhookStatus::removed;
    removed.pause_reason = "";
    std::vector<Record> records = records_of({
        AccountOpened{"ann", "Ann", "", AccountType::personal},
        hook(books_hook, WebhookStatus::active, 0),
        of_shop,
        hook(books_hook, WebhookStatus::active, 4),
        given_up,
        hook(books_hook, WebhookStatus::paused, 4),
        hook(books_hook, WebhookStatus::active, 4),
        rotated,
        further,
        removed,
    });
    for (const std::size_t place : {1U, 2U, 5U, 6U, 7U, 9U}) {
        records[place].operation = std::make_shared<const Operation>(
            Operation{"local", "request-" + std::to_string(place + 1), ""});
    }
    return records;
}

} // namespace hongbao::testing
