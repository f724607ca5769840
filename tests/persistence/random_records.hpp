// Role: records of any content within the bounds, from a seed.
#pragma once

#include "domain/limits.hpp"
#include "domain/record.hpp"
#include "domain/values/rfc3339.hpp"
#include "tests/rig/seeded_random.hpp"

#include <string>
#include <vector>

namespace hongbao::testing {

class RandomRecords {
  public:
    explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

    static constexpr std::size_t kinds = std::variant_size_v<domain::Event>;
    static_assert(kinds == 35, "each kind of event has a case below");

    domain::Record record(std::size_t kind, domain::Sequence sequence) {
        domain::Record record;
        record.sequence = sequence;
        record.at = instant();
        record.event = event(kind);
        if (coin() || std::holds_alternative<domain::AnswerKept>(record.event)) {
            record.idempotency = domain::IdempotencyTag{text(1, 336), digest()};
        }
        if (coin()) {
            record.operation = std::make_shared<const domain::Operation>(
                domain::Operation{text(1, 80), maybe_text(64), maybe_text(512)});
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
        case 9: return ShakeDrawn{{any64()}, user(), text(1, 64), small(), coin() ? 0 : amount()};
        case 10: return CampaignClosed{{any64()}, user(), amount(), any64()};
        case 23: return AccountProfileChanged{user(), text(0, 256), text(0, 512)};
        default: return kind > 24 ? event_of_administration(kind) : event_of_sale(kind);
        }
    }
    domain::Event event_of_sale(std::size_t kind) {
        using namespace domain;
        const SaleId sale_id{any64()};
        const OrderId order_id{any64()};
        switch (kind) {
        case 11: return sale();
        case 12: return OrderReserved{sale_id, order_id, user(), units(), instant(), coin()};
        case 13:
            return OrderPaid{sale_id, order_id, user(), units(), amount(), instant(), instant()};
        case 14: return OrderCancelled{sale_id, order_id, user()};
        case 15: return OrderTimedOut{sale_id, order_id, user()};
        case 16: return OrderRefunded{sale_id, order_id, user(), amount()};
        case 17: {
            ExternalPaymentTaken taken{
                sale_id,      order_id, user(),
                text(1, 255), amount(), static_cast<ExternalPaymentOutcome>(random_.below(5))};
            taken.is_suspended = !taken.pays_order() && coin();
            return taken;
        }
        case 18: return WaitlistJoined{sale_id, user(), coin() ? 0 : any64()};
        case 19: return WaiterPassedOver{sale_id, user()};
        case 20: return SaleClosed{sale_id, user(), coin() ? 0 : amount(), any64()};
        case 21:
            return AnswerKept{static_cast<std::int32_t>(random_.between(100, 599)),
                              text(0, coin() ? 100 : 10'000)};
        case 24: return WaitlistLeft{sale_id, user(), std::max<std::uint64_t>(1, any64())};
        default:
            return SuspendedPaymentDecided{
                sale_id,      order_id, user(),
                text(1, 255), amount(), static_cast<SuspensionEnd>(random_.below(2)),
                text(0, 512)};
        }
    }
    domain::Event event_of_administration(std::size_t kind) {
        using namespace domain;
        switch (kind) {
        case 25: {
            const auto scope = static_cast<Scope>(random_.below(scope_count));
            return AccessKeyCreated{access_id(), text(0, 512),
                                    scope,       scope == Scope::merchant ? user() : "",
                                    hash(),      coin() ? 0 : instant(),
                                    ranges()};
        }
        case 26: return AccessKeyRotated{access_id(), hash(), instant(), instant()};
        case 27: return AccessKeyRevoked{access_id()};
        case 28: {
            const bool is_on = coin();
            return SwitchChanged{static_cast<Switch>(random_.below(switch_count)), is_on,
                                 is_on ? 0 : random_.between(0, 86'400)};
        }
        case 29: return ClockAdvanced{instant()};
        case 30: return TokenSecretRotated{instant()};
        case 31:
            return InvitationCreated{access_id(), hash(),  {any64()}, random_.between(1, 1'000'000),
                                     instant(),   ranges()};
        case 32: return InvitationRevoked{access_id()};
        case 33: return InvitationAccepted{access_id(), user()};
        default:
            return WebhookChanged{access_id(),
                                  text(1, 2'048),
                                  coin() ? std::vector<std::string>{} : std::vector{text(1, 64)},
                                  static_cast<WebhookStatus>(random_.below(3)),
                                  text(0, 512),
                                  random_.between(1, 1'000),
                                  coin() ? 0 : instant(),
                                  any64()};
        }
    }
    domain::AccessId access_id() {
        domain::AccessId id(16, '0');
        for (char& digit : id) {
            digit = "0123456789abcdef"[random_.below(16)];
        }
        return id;
    }
    domain::SecretHash hash() {
        domain::SecretHash bytes{};
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random_.below(256));
        }
        return bytes;
    }
    std::vector<std::string> ranges() {
        std::vector<std::string> some;
        for (std::uint64_t left = coin() ? 0 : random_.below(17); left > 0; --left) {
            some.push_back(text(1, 64));
        }
        return some;
    }
    domain::SaleOpened sale() {
        domain::SaleOpened opened;
        opened.sale_id.value = any64();
        opened.merchant = user();
        opened.title = text(0, 512);
        opened.group = maybe_text(256);
        opened.stock = units();
        opened.price_fen = random_.between(1, domain::balance_fen_max / opened.stock);
        opened.starts_at = instant();
        opened.ends_at = instant();
        opened.per_user_limit = random_.between(1, opened.stock);
        opened.payment_window_s = random_.between(1, domain::payment_window_s_max);
        opened.refund_period_s =
            random_.between(0, (domain::instant_ms_max - opened.ends_at) / domain::ms_per_s);
        return opened;
    }
    domain::CampaignFunded campaign() {
        domain::CampaignFunded funded{{any64()}, user(), text(0, 512), amount(), small(), {}};
        for (std::int64_t left = random_.between(1, 100); left > 0; --left) {
            funded.rounds.push_back({instant(), instant(),
                                     static_cast<std::int32_t>(random_.between(1, 1'000)), amount(),
                                     amount(), small()});
        }
        funded.picture = maybe_text(512);
        funded.text = maybe_text(2'000);
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
        sent.cover = maybe_text(512);
        for (std::uint64_t left = coin() ? 0 : random_.below(300); left > 0; --left) {
            sent.recipients.push_back(user());
        }
        if (coin()) {
            sent.passphrase_digest = digest();
        }
        sent.sender_may_open = coin();
        sent.share_fen_max = amount();
        sent.expires_at = instant();
        sent.split_algorithm = static_cast<domain::SplitAlgorithm>(random_.below(2));
        if (sent.count <= domain::shares_up_front_max && coin()) {
            for (std::uint8_t& byte : sent.seed.emplace()) {
                byte = static_cast<std::uint8_t>(random_.below(256));
            }
        }
        return sent;
    }
    std::int64_t units() { return random_.between(1, domain::sale_stock_max); }
    domain::InstantMs instant() { return random_.between(0, domain::instant_ms_max); }
    bool coin() { return random_.below(2) == 0; }
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
    std::string maybe_text(std::int64_t largest) { return coin() ? "" : text(1, largest); }
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
