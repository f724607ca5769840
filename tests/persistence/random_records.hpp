// Role: records of any content that keeps to the bounds, from a seed.
#pragma once

#include "domain/limits.hpp"
#include "domain/record.hpp"
#include "domain/rfc3339.hpp"
#include "tests/support/seeded_random.hpp"

#include <string>
#include <vector>

namespace hongbao::testing {

class RandomRecords {
  public:
    explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

    static constexpr std::size_t kinds = std::variant_size_v<domain::Event>;

    domain::Record record(std::size_t kind, domain::Sequence sequence) {
        domain::Record record;
        record.sequence = sequence;
        record.at = random_.between(0, domain::instant_ms_max);
        record.event = event(kind);
        if (random_.below(2) == 0) {
            record.idempotency = domain::IdempotencyTag{text(1, 255), digest()};
        }
        return record;
    }

    SeededRandom& random() { return random_; }

  private:
    domain::Event event(std::size_t kind) {
        using namespace domain;
        switch (kind) {
        case 0:
            return AccountOpened{user(), text(0, 256), text(0, 512),
                                 static_cast<AccountType>(random_.below(3))};
        case 1:
            return AccountStatusChanged{user(), static_cast<AccountStatus>(random_.below(2)),
                                        text(0, 512)};
        case 2: return Deposited{user(), amount(), text(0, 512)};
        case 3: return Withdrawn{user(), amount(), text(0, 512)};
        case 4: return Transferred{user() + "a", user() + "b", amount(), text(0, 4'096)};
        case 5: return packet();
        case 6: return ShareOpened{{any64()}, user(), amount()};
        case 7: return PacketClosed{{any64()}, user(), amount(), any64()};
        case 8: return campaign();
        case 9:
            return ShakeDrawn{
                {any64()}, user(), text(1, 64), small(), random_.below(2) == 0 ? 0 : amount()};
        default: return CampaignClosed{{any64()}, user(), amount(), any64()};
        }
    }
    domain::CampaignFunded campaign() {
        domain::CampaignFunded funded{{any64()}, user(), text(0, 512), amount(), small(), {}};
        for (std::int64_t left = random_.between(1, 100); left > 0; --left) {
            funded.rounds.push_back({random_.between(0, domain::instant_ms_max),
                                     random_.between(0, domain::instant_ms_max),
                                     static_cast<std::int32_t>(random_.between(1, 1'000)), amount(),
                                     amount(), small()});
        }
        return funded;
    }
    std::int32_t small() { return static_cast<std::int32_t>(random_.between(1, INT32_MAX)); }
    domain::PacketSent packet() {
        domain::PacketSent sent;
        sent.packet_id.value = any64();
        sent.sender = user();
        sent.kind = static_cast<domain::PacketKind>(random_.below(2));
        sent.total_fen = amount();
        sent.count = random_.between(1, sent.total_fen);
        sent.blessing = text(0, 512);
        for (std::uint64_t left = random_.below(2) == 0 ? 0 : random_.below(300); left > 0;
             --left) {
            sent.recipients.push_back(user());
        }
        if (random_.below(2) == 0) {
            sent.passphrase_digest = digest();
        }
        sent.sender_may_open = random_.below(2) == 0;
        sent.share_fen_max = amount();
        sent.expires_at = random_.between(0, domain::instant_ms_max);
        sent.split_algorithm = static_cast<domain::SplitAlgorithm>(random_.below(2));
        if (sent.count <= domain::shares_up_front_max && random_.below(2) == 0) {
            for (std::uint8_t& byte : sent.seed.emplace()) {
                byte = static_cast<std::uint8_t>(random_.below(256));
            }
        }
        return sent;
    }
    std::uint64_t any64() { return random_.below(~std::uint64_t{0}); }
    domain::Fen amount() {
        return random_.between(1, domain::balance_fen_max >> random_.below(53));
    }
    domain::UserId user() { return text(1, 63); }
    domain::Digest digest() {
        domain::Digest bytes{};
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random_.below(256));
        }
        return bytes;
    }
    /// Any bytes, zeros among them.
    std::string text(std::int64_t least, std::int64_t largest) {
        std::string bytes(static_cast<std::size_t>(random_.between(least, largest)), '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random_.below(256));
        }
        return bytes;
    }

    SeededRandom random_;
};

} // namespace hongbao::testing
