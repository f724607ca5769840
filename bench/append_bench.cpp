// Role: times synced commits of LMDB by their size in records. Real time: most of it is the disk's.
#include "bench/sample_records.hpp"
#include "bench/temporary_journal.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace hongbao {

namespace {

void AppendingACommitOf(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    bench::TemporaryJournal journal;
    std::vector<domain::Record> records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(bench::share_opened(i + 1, i));
    }
    for (auto _ : state) {
        journal.append(records);
        for (domain::Record& record : records) {
            record.sequence += count;
        }
    }
    domain::invariant(journal.journal().position(0).last_sequence == journal.last(),
                      "the journal ends with the last commit");
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(AppendingACommitOf)->RangeMultiplier(10)->Range(1, 10'000)->UseRealTime();

} // namespace

} // namespace hongbao
