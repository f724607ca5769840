// Role: picks the next event of the story, and lets the domain decide it.
#include "ops/bench/load_story.hpp"

#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr std::uint64_t accounts_per_merchant = 10'000;
constexpr std::size_t packets_at_once = 64;
constexpr std::uint64_t shares_of_largest_packet = 100'000;
constexpr std::uint64_t shares_of_smallest_packet = 2;
constexpr domain::Fen mean_amount_fen = 100;
constexpr domain::Fen merchants_deposit_fen = 100'000'000;
constexpr int users_tried_per_open = 64;

/// Of a hundred records after the accounts, how many of each kind are tried; the rest are opens.
constexpr std::uint64_t transfers_percent = 2;
constexpr std::uint64_t withdrawals_percent = 1;
constexpr std::uint64_t deposits_percent = 1;

domain::UserId merchant_id_of(std::uint64_t number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "shop%05llu", static_cast<unsigned long long>(number));
    return text.data();
}

/// Many small packets, few large ones: the number of shares follows a power law (density as the
/// power of -3/2) from 2 to `largest`.
std::uint64_t draw_size(SeededLuck& luck, std::uint64_t largest) {
    constexpr std::uint64_t steps = std::uint64_t{1} << 32U;
    const double from = 1 / std::sqrt(static_cast<double>(shares_of_smallest_packet));
    const double to = 1 / std::sqrt(static_cast<double>(largest));
    const double part = static_cast<double>(luck.below(steps)) / static_cast<double>(steps);
    const double root = from - part * (from - to);
    return std::clamp(static_cast<std::uint64_t>(1 / (root * root)), shares_of_smallest_packet,
                      largest);
}

} // namespace

/// Unbiased: a draw from the incomplete run of `bound` values is repeated.
std::uint64_t SeededLuck::below(std::uint64_t bound) {
    const std::uint64_t incomplete = (0 - bound) % bound; // 2^64 mod bound
    std::uint64_t draw = next();
    while (draw < incomplete) {
        draw = next();
    }
    return draw % bound;
}

std::uint64_t SeededLuck::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31U);
}

std::uint64_t LoadStory::merchant_count(std::uint64_t accounts) {
    return std::max<std::uint64_t>(1, accounts / accounts_per_merchant);
}

domain::UserId LoadStory::user_id_of(std::uint64_t number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "u%07llu", static_cast<unsigned long long>(number));
    return text.data();
}

LoadStory::LoadStory(std::uint64_t accounts, std::uint64_t records, std::uint64_t seed,
                     domain::InstantMs ends_at)
    : accounts_wanted_(accounts), records_(records), merchants_(merchant_count(accounts)),
      // A user without a share of it is found soon, however large the packet is.
      shares_max_(std::clamp(accounts / 4, shares_of_smallest_packet, shares_of_largest_packet)),
      ends_at_(ends_at), luck_(seed) {
    domain::invariant(accounts >= accounts_min && records >= accounts + records_beyond_accounts_min,
                      "a story has enough accounts, and records beyond theirs");
    accounts_.reserve(accounts);
    index_of_.reserve(accounts);
}

domain::Record LoadStory::next() {
    domain::invariant(!has_ended(), "a story is not told beyond its end");
    domain::Record record;
    record.sequence = ++sequence_;
    const auto before_end = static_cast<domain::InstantMs>(
        (records_ - sequence_) * static_cast<std::uint64_t>(lasts_ms) / records_);
    record.at = now_ = ends_at_ - before_end;
    record.event = event();
    tag(record);
    return record;
}

domain::Event LoadStory::event() {
    if (accounts_.size() < accounts_wanted_) {
        return open_an_account();
    }
    if (auto closed = close_a_packet()) {
        return std::move(*closed);
    }
    if (wanted_packet_ || packets_.size() < packets_at_once) {
        return send_a_packet();
    }
    auto traded = trade();
    return traded ? std::move(*traded) : open_a_share();
}

domain::Event LoadStory::open_an_account() {
    const std::uint64_t number = accounts_.size();
    const bool merchant = number < merchants_;
    domain::AccountOpened opened;
    opened.user_id = merchant ? merchant_id_of(number) : user_id_of(number - merchants_);
    opened.username = (merchant ? "Shop " : "User ") + std::to_string(number);
    opened.account_type = merchant ? domain::AccountType::merchant : domain::AccountType::personal;
    index_of_.emplace(opened.user_id, static_cast<AccountIndex>(number));
    accounts_.push_back(domain::opened_account(opened, now_));
    return opened;
}

/// The event that the domain makes of it; nothing if it is refused.
std::optional<domain::Event> LoadStory::decide(AccountIndex index,
                                               const domain::AccountCommand& command) {
    auto decision = domain::decide(&accounts_[index], command, now_, limits_);
    auto* event = std::get_if<domain::Event>(&decision);
    if (event == nullptr) {
        return std::nullopt;
    }
    return accept(index, std::move(*event));
}

/// Applies an event to the accounts that it touches.
domain::Event LoadStory::accept(AccountIndex decided_by, domain::Event&& event) {
    domain::for_each_touched_account(event, [&](std::string_view user_id) {
        domain::Account& own = accounts_[decided_by];
        domain::Account& touched =
            own.profile.user_id == user_id ? own : accounts_[index_of_.at(domain::UserId(user_id))];
        domain::apply(touched, event, now_);
    });
    return std::move(event);
}

std::optional<domain::Event> LoadStory::close_a_packet() {
    while (!expiries_.empty() && domain::is_expired(now_, expiries_.top().first)) {
        const domain::PacketId packet_id = expiries_.top().second;
        expiries_.pop();
        const auto found = packets_.find(packet_id);
        if (found == packets_.end()) {
            continue; // it was exhausted in time
        }
        auto closed = domain::decide_close(found->second, now_);
        domain::invariant(closed.has_value(), "an expired packet with shares left can be closed");
        const AccountIndex sender = index_of_.at(closed->sender);
        forget(packet_id);
        tally_.packets_refunded += 1;
        return accept(sender, std::move(*closed));
    }
    return std::nullopt;
}

void LoadStory::forget(domain::PacketId packet_id) {
    packets_.erase(packet_id);
    std::erase(packet_ids_, packet_id);
}

domain::SendPacket LoadStory::draw_packet() {
    domain::SendPacket send;
    const std::uint32_t number = packets_sent_++;
    send.packet_id = domain::make_id<domain::PacketId>(
        static_cast<std::uint64_t>(now_ - domain::id_epoch_ms),
        static_cast<domain::Shard>(luck_.below(domain::shard_count)),
        number & ((1U << domain::id_sequence_bits) - 1));
    send.count = static_cast<std::int64_t>(draw_size(luck_, shares_max_));
    if (luck_.below(5) == 0) {
        send.kind = domain::PacketKind::equal;
        send.share_fen = static_cast<domain::Fen>(1 + luck_.below(2 * mean_amount_fen));
    } else {
        const auto mean_fen = static_cast<domain::Fen>(1 + luck_.below(2 * mean_amount_fen));
        send.total_fen = mean_fen * send.count;
    }
    send.blessing = luck_.below(3) == 0 ? "恭喜发财" : "";
    send.life_s = luck_.below(2) == 0 ? domain::packet_life_s_max : domain::packet_life_s_default;
    // Half of the small ones are sent by anybody who can afford them.
    const bool by_a_person = send.count <= limits_.shares_max_personal && luck_.below(2) == 0;
    wanted_sender_ = by_a_person ? any_user() : static_cast<AccountIndex>(luck_.below(merchants_));
    return send;
}

domain::Event LoadStory::send_a_packet() {
    if (!wanted_packet_) {
        wanted_packet_ = draw_packet();
    }
    for (;;) {
        wanted_packet_->sender = accounts_[wanted_sender_].profile.user_id;
        if (auto sent = decide(wanted_sender_, *wanted_packet_)) {
            const auto& terms = std::get<domain::PacketSent>(*sent);
            packets_.emplace(terms.packet_id, domain::sent_packet(terms, sequence_, now_));
            packet_ids_.push_back(terms.packet_id);
            expiries_.emplace(terms.expires_at, terms.packet_id);
            wanted_packet_.reset();
            return std::move(*sent);
        }
        if (wanted_sender_ < merchants_) {
            break;
        }
        wanted_sender_ = static_cast<AccountIndex>(luck_.below(merchants_));
    }
    auto funded = decide(wanted_sender_,
                         domain::Deposit{wanted_packet_->sender, merchants_deposit_fen, "funds"});
    domain::invariant(funded.has_value(), "a merchant can be given money");
    return std::move(*funded);
}

/// Half the time anybody, half the time the earlier of two users: some people open more often.
LoadStory::AccountIndex LoadStory::any_user() {
    const std::uint64_t users = accounts_wanted_ - merchants_;
    std::uint64_t number = luck_.below(users);
    if (luck_.below(2) == 0) {
        number = std::min(number, luck_.below(users));
    }
    return static_cast<AccountIndex>(merchants_ + number);
}

/// Nothing if an open is drawn instead, or the user picked has no money.
std::optional<domain::Event> LoadStory::trade() {
    const std::uint64_t drawn = luck_.below(100);
    if (drawn >= transfers_percent + withdrawals_percent + deposits_percent) {
        return std::nullopt;
    }
    const AccountIndex index = any_user();
    const domain::UserId& user_id = accounts_[index].profile.user_id;
    const auto balance_fen = static_cast<std::uint64_t>(accounts_[index].standing.balance_fen);
    const auto some_fen = static_cast<domain::Fen>(1 + luck_.below(balance_fen / 2 + 1));
    if (drawn < transfers_percent) {
        const AccountIndex to = any_user();
        return decide(index,
                      domain::Transfer{user_id, accounts_[to].profile.user_id, some_fen, "lunch"});
    }
    if (drawn < transfers_percent + withdrawals_percent) {
        return decide(index, domain::Withdraw{user_id, some_fen, "to the bank"});
    }
    return decide(index, domain::Deposit{user_id, mean_amount_fen * 10, "pay day"});
}

/// The larger of two, so that large ones have a chance to be exhausted before they expire.
domain::Packet& LoadStory::packet_to_open() {
    domain::Packet& one = packets_.at(packet_ids_[luck_.below(packet_ids_.size())]);
    domain::Packet& other = packets_.at(packet_ids_[luck_.below(packet_ids_.size())]);
    return one.remaining_count >= other.remaining_count ? one : other;
}

domain::Event LoadStory::open_a_share() {
    for (;;) {
        domain::Packet& packet = packet_to_open();
        domain::OpenShare command;
        command.packet_id = packet.terms.packet_id;
        command.opener = domain::UserStanding::active;
        for (int tried = 0; tried < users_tried_per_open; ++tried) {
            const AccountIndex index = any_user();
            command.user_id = accounts_[index].profile.user_id;
            auto decision = domain::decide_open(packet, command, now_, luck_);
            auto* share = std::get_if<domain::ShareOpened>(&decision);
            if (share == nullptr) {
                continue; // has one already, or is the sender of an equal one
            }
            domain::apply(packet, *share, now_);
            tally_.shares += 1;
            if (packet.exhausted()) {
                forget(command.packet_id);
                tally_.packets_exhausted += 1;
            }
            return accept(index, std::move(*share));
        }
    }
}

/// Like requests over HTTP: whatever moves money has a key, except for opens.
void LoadStory::tag(domain::Record& record) {
    const domain::Event& event = record.event;
    if (!std::holds_alternative<domain::Deposited>(event) &&
        !std::holds_alternative<domain::Withdrawn>(event) &&
        !std::holds_alternative<domain::Transferred>(event) &&
        !std::holds_alternative<domain::PacketSent>(event)) {
        return;
    }
    domain::IdempotencyTag tag{"load-" + std::to_string(record.sequence), {}};
    for (std::uint8_t& byte : tag.fingerprint) {
        byte = static_cast<std::uint8_t>(luck_.below(256));
    }
    record.idempotency = std::move(tag);
}

LoadTally LoadStory::tally() const {
    LoadTally tally = tally_;
    tally.packets_open = packets_.size();
    return tally;
}

} // namespace hongbao::ops
