// Role: times the JSON of an open: reading and checking its body, writing its answer; and batches.
#include "domain/values/invariant.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/json_body.hpp"
#include "http/api/packets/render.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <string>

namespace hongbao {

namespace {

void ReadingTheBodyOfAnOpen(benchmark::State& state) {
    const std::string body = R"({"user_id":"u1000042"})";
    for (auto _ : state) {
        const auto json = http::read_json(body);
        http::Fields fields(std::get<nlohmann::json>(json));
        benchmark::DoNotOptimize(fields.user_id("user_id"));
        const bool refused =
            fields.optional_text("passphrase", http::passphrase_rule) || fields.problem();
        domain::invariant(!refused, "the body is a good one");
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(ReadingTheBodyOfAnOpen);

void ReadingABatchOfOpens(benchmark::State& state) {
    std::string body = R"({"opens":[)";
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        body += i == 0 ? "" : ",";
        body += R"({"packet_id":"1164518400000","user_id":"u)" + std::to_string(1'000'000 + i) +
                R"("})";
    }
    body += "]}";
    for (auto _ : state) {
        const auto json = http::read_json(body);
        http::Fields fields(std::get<nlohmann::json>(json));
        fields.each("opens", 1, 1'000, [](http::Fields& item) {
            benchmark::DoNotOptimize(item.text("packet_id", {1, 64}));
            benchmark::DoNotOptimize(item.user_id("user_id"));
            benchmark::DoNotOptimize(item.optional_text("passphrase", http::passphrase_rule));
        });
        domain::invariant(!fields.problem(), "the body is a good one");
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(ReadingABatchOfOpens)->Arg(100)->Arg(1'000);

void RenderingTheAnswerToAnOpen(benchmark::State& state) {
    const actors::ShareReceipt receipt{domain::make_id<domain::PacketId>(1, 2, 3), 123,
                                       domain::id_epoch_ms + 1'000, false};
    for (auto _ : state) {
        benchmark::DoNotOptimize(http::render_share(receipt, "u1000042"));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RenderingTheAnswerToAnOpen);

} // namespace

} // namespace hongbao
