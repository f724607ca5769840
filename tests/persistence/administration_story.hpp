// Role: a story of the server's administration: keys, switches, invitations, a clock that is moved,
// and what operators do to accounts, signed and, by an older program, not.
#pragma once

#include "tests/persistence/sale_story.hpp"

namespace hongbao::testing {

inline const domain::AccessId till_key = "00000000000000a1";
inline const domain::AccessId shop_key = "00000000000000b2";
inline const domain::AccessId party = "00000000000000c3";
inline const domain::AccessId fair = "00000000000000d4";

inline domain::SecretHash sample_hash(std::uint8_t first) {
    domain::SecretHash hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) {
        hash[i] = static_cast<std::uint8_t>(first + i);
    }
    return hash;
}

/// 20 records, each following from those before. The till's key was rotated and is valid, the
/// shop's is revoked; sales are off, opening was off and is on; two of the party's three places are
/// taken, the fair is revoked. All but records 1 to 4, 13 and 14 are operations; all but 1 to 5, 13
/// and 14 are signed.
inline std::vector<domain::Record> administration_story() {
    using namespace domain;
    const InstantMs moved_to = story_at(3'600);
    std::vector<Record> records = records_of({
        AccountOpened{"shop", "Shop", "", AccountType::merchant},
        AccountOpened{"ann", "Ann", "", AccountType::personal},
        Deposited{"ann", 5'000, "cash"},
        Deposited{"shop", 1'000, ""},
        AccountStatusChanged{"ann", AccountStatus::frozen, "a lost telephone"},
        AccessKeyCreated{till_key,
                         "Till 收银台",
                         Scope::service,
                         "",
                         sample_hash(1),
                         0,
                         {"10.0.0.0/8", "2001:db8::/32"}},
        AccessKeyCreated{
            shop_key, "Shop", Scope::merchant, "shop", sample_hash(2), story_at(86'400), {}},
        AccessKeyRotated{till_key, sample_hash(3), story_at(67), story_at(864'000)},
        SwitchChanged{Switch::sales, false, 120},
        SwitchChanged{Switch::opening, false, 30},
        InvitationCreated{party, sample_hash(4), {81}, 3, story_at(7'200), {"192.168.0.0/16"}},
        InvitationCreated{fair, sample_hash(5), {82}, 1'000, story_at(7'200), {}},
        InvitationAccepted{party, "guest-1"},
        InvitationAccepted{party, "guest-2"},
        SwitchChanged{Switch::opening, true, 0},
        InvitationRevoked{fair},
        AccessKeyRevoked{shop_key},
        TokenSecretRotated{story_at(100)},
        Withdrawn{"shop", 400, "payout"},
        ClockAdvanced{moved_to},
    });
    records.back().at = moved_to;
    for (const std::size_t place : {5U, 6U, 7U, 8U, 9U, 10U, 11U, 14U, 15U, 16U, 17U, 18U, 19U}) {
        records[place].operation = std::make_shared<const Operation>(
            Operation{place < 7 ? "local" : "key:" + till_key,
                      place == 6 ? "" : "request-" + std::to_string(place + 1),
                      place == 8 ? "the warehouse burns 着火" : ""});
    }
    records[8].idempotency =
        IdempotencyTag{"key:" + till_key + " " + std::string(255, 'k'), sample_digest(8)};
    return records;
}

} // namespace hongbao::testing
