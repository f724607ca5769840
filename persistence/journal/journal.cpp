// Role: the reads that any journal can answer by reading in order.
#include "persistence/journal/journal.hpp"

namespace hongbao::persistence {

std::optional<Failure> Journal::read_each(JournalShard shard,
                                          std::span<const domain::Sequence> sequences,
                                          const RecordVisitor& visit) const {
    for (const domain::Sequence sequence : sequences) {
        bool found = false;
        Visit answer = Visit::next;
        auto failure = read(shard, sequence, [&](const domain::Record& record) {
            found = record.sequence == sequence;
            if (found) {
                answer = visit(record);
            }
            return Visit::stop;
        });
        if (failure) {
            return failure;
        }
        if (!found) {
            return Failure{"the journal holds no record " + std::to_string(sequence), sequence};
        }
        if (answer == Visit::stop) {
            break;
        }
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
