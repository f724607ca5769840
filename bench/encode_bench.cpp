// Role: times records to bytes and back, per type of event.
#include "bench/sample_records.hpp"

#include "domain/values/invariant.hpp"
#include "persistence/record/codec.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace hongbao {

namespace {

domain::Record opened_account() {
    return bench::sample_journal(1)[2];
}

domain::Record opened_share() {
    return bench::share_opened(1'000'000, 42);
}

/// A send with a key and a hundred recipients: one of the larger records.
domain::Record sent_packet() {
    domain::Record record = bench::sample_journal(100)[102];
    auto& sent = std::get<domain::PacketSent>(record.event);
    for (std::size_t i = 0; i < 100; ++i) {
        sent.recipients.push_back(bench::sample_user(i));
    }
    record.idempotency = domain::IdempotencyTag{"0f8fad5b-d9cb-469f-a165-70867728950e", {}};
    return record;
}

void encode(benchmark::State& state, const domain::Record& record) {
    persistence::RecordEncoder encoder;
    std::size_t record_bytes = 0;
    for (auto _ : state) {
        const auto bytes = encoder.encode(record);
        benchmark::DoNotOptimize(bytes.data());
        record_bytes = bytes.size();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["record_bytes"] = static_cast<double>(record_bytes);
}
BENCHMARK_CAPTURE(encode, AShareOpened, opened_share());
BENCHMARK_CAPTURE(encode, AnAccountOpened, opened_account());
BENCHMARK_CAPTURE(encode, APacketSentToAHundred, sent_packet());

void decode(benchmark::State& state, const domain::Record& record) {
    persistence::RecordEncoder encoder;
    const auto encoded = encoder.encode(record);
    const std::vector<std::byte> bytes(encoded.begin(), encoded.end());
    domain::Record decoded;
    for (auto _ : state) {
        const auto failure = persistence::decode_record(bytes, record.sequence, decoded);
        domain::invariant(!failure, "what was encoded can be decoded");
        benchmark::DoNotOptimize(decoded.at);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(decode, AShareOpened, opened_share());
BENCHMARK_CAPTURE(decode, AnAccountOpened, opened_account());
BENCHMARK_CAPTURE(decode, APacketSentToAHundred, sent_packet());

} // namespace

} // namespace hongbao
