// Role: times a share: the draw alone, the decision to open, and applying the decision.
#include "domain/packet/packet.hpp"
#include "domain/packet/split.hpp"
#include "domain/packet/up_front.hpp"

#include "actors/environment/secure_random.hpp"
#include "persistence/record/sha256.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace hongbao {

namespace {

constexpr domain::InstantMs now = domain::id_epoch_ms + 1'000;
constexpr domain::Fen mean_share_fen = 100;
constexpr domain::Fen share_fen_max = 20'000;

std::vector<domain::UserId> users(std::int64_t count) {
    std::vector<domain::UserId> names;
    for (std::int64_t i = 0; i < count; ++i) {
        names.push_back("u" + std::to_string(1'000'000 + i));
    }
    return names;
}

domain::Packet packet_of(std::int64_t shares) {
    domain::PacketSent sent;
    sent.packet_id = domain::make_id<domain::PacketId>(1, 2, 3);
    sent.sender = "sender";
    sent.total_fen = shares * mean_share_fen;
    sent.count = shares;
    sent.share_fen_max = share_fen_max;
    sent.expires_at = now + domain::ms_per_day;
    return domain::sent_packet(sent, 1, now);
}

domain::OpenShare open_by(const domain::Packet& packet, const domain::UserId& user) {
    return {packet.terms.packet_id, user, std::nullopt, domain::UserStanding::active};
}

void ADrawByDoubleMean(benchmark::State& state) {
    actors::SecureRandom random;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            domain::draw_double_mean(mean_share_fen * 1'000, 1'000, share_fen_max, random));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ADrawByDoubleMean);

void ADrawWhereTheCapBinds(benchmark::State& state) {
    actors::SecureRandom random;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            domain::draw_double_mean(share_fen_max * 900, 1'000, share_fen_max, random));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ADrawWhereTheCapBinds);

/// All shares of a packet at once, the drawing of the seed included.
void AllSharesUpFront(benchmark::State& state) {
    const auto algorithm = static_cast<domain::SplitAlgorithm>(state.range(0));
    const std::int64_t count = state.range(1);
    for (auto _ : state) {
        domain::SeedStream stream(actors::draw_seed(), persistence::sha256);
        benchmark::DoNotOptimize(
            domain::draw_up_front(algorithm, count * mean_share_fen, count, share_fen_max, stream));
    }
    state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(AllSharesUpFront)->ArgsProduct({{0, 1}, {100, 10'000}});

/// The first share, the most expensive: all cuts are drawn for it.
void ADrawByLineCutOnOpen(benchmark::State& state) {
    actors::SecureRandom random;
    const std::int64_t count = state.range(0);
    for (auto _ : state) {
        benchmark::DoNotOptimize(domain::draw_on_open(domain::SplitAlgorithm::line_cut,
                                                      count * mean_share_fen, count, share_fen_max,
                                                      random));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ADrawByLineCutOnOpen)->Arg(10)->Arg(100)->Arg(1'000);

/// Every share of a packet, from the first to the last.
void OpeningAWholePacket(benchmark::State& state) {
    actors::SecureRandom random;
    const auto openers = users(state.range(0));
    const domain::Packet full = packet_of(state.range(0));
    for (auto _ : state) {
        domain::Packet packet = full;
        for (const auto& user : openers) {
            const auto decision = domain::decide_open(packet, open_by(packet, user), now, random);
            domain::apply(packet, std::get<domain::ShareOpened>(decision), now);
        }
        domain::invariant(packet.exhausted(), "as many openers as shares exhaust a packet");
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(OpeningAWholePacket)->Arg(100)->Arg(10'000);

void OpeningAgainGivesTheSameShare(benchmark::State& state) {
    actors::SecureRandom random;
    const auto openers = users(10'000);
    domain::Packet packet = packet_of(10'000);
    for (const auto& user : openers) {
        const auto decision = domain::decide_open(packet, open_by(packet, user), now, random);
        domain::apply(packet, std::get<domain::ShareOpened>(decision), now);
    }
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            domain::decide_open(packet, open_by(packet, openers[next]), now, random));
        next = (next + 1) % openers.size();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(OpeningAgainGivesTheSameShare);

void RefusingOnceExhausted(benchmark::State& state) {
    actors::SecureRandom random;
    domain::Packet packet = packet_of(1);
    domain::apply(packet, domain::ShareOpened{packet.terms.packet_id, "first", mean_share_fen},
                  now);
    const auto late = open_by(packet, "late");
    for (auto _ : state) {
        const auto decision = domain::decide_open(packet, late, now, random);
        domain::invariant(std::holds_alternative<domain::Rejection>(decision),
                          "an exhausted packet refuses");
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RefusingOnceExhausted);

} // namespace

} // namespace hongbao
