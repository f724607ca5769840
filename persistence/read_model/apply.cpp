// Role: one record applied: to accounts, to every kind of entity, to the totals.
#include "persistence/read_model/apply.hpp"

#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"
#include "persistence/read_model/administration/kind.hpp"
#include "persistence/read_model/days/kind.hpp"
#include "persistence/read_model/kinds.hpp"
#include "persistence/record/digests.hpp"

#include <algorithm>

namespace hongbao::persistence {

using domain::Record;

void Applying::take(const Record& record) {
    ModelTotals& totals = filling_.totals;
    domain::invariant(record.sequence == totals.position.last_sequence + 1,
                      "the read model takes records in journal order");
    touched_count_ = 0;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        open_account(*opened, record);
    } else {
        domain::for_each_touched_account(record.event,
                                         [&](std::string_view user_id) { touch(user_id, record); });
    }
    add_lines(record);
    for_each_kind([&](auto kind) { kind.apply(*this, record); });
    apply_administration(*this, record);
    apply_day(*this, record);
    if (const auto* deposited = std::get_if<domain::Deposited>(&record.event)) {
        name_deposit(*deposited, record.sequence);
    } else if (const auto* kept = std::get_if<domain::AnswerKept>(&record.event)) {
        filling_.answer_bytes += kept->body.size();
    }
    keep_time(record);
    totals.position.last_sequence = record.sequence;
}

/// The time that has passed at least. Only a new latest time counts, and a long silence or a jump
/// counts as an hour at most: so a jump cannot make keys look old, and after a quiet time they are
/// kept for longer.
void Applying::keep_time(const Record& record) {
    constexpr std::int64_t step_ms_max = 3'600'000;
    ModelTotals& totals = filling_.totals;
    if (record.at > totals.last_at) {
        totals.elapsed_ms += totals.last_at == 0
                                 ? 0
                                 : std::min<std::int64_t>(record.at - totals.last_at, step_ms_max);
        totals.last_at = record.at;
    } else if (record.at < totals.last_at - disorder_ms_max) {
        totals.last_at = record.at;
        totals.clock_set_back_sequence = record.sequence;
    }
    totals.latest_at = std::max(totals.latest_at, record.at);
    if (record.idempotency) {
        filling_.keys.push_back({record.sequence, digest_of_key(record.idempotency->key),
                                 record.idempotency->fingerprint, totals.elapsed_ms});
    }
}

void Applying::list(List list, std::initializer_list<ListOwner> owners, std::uint64_t item,
                    std::optional<ListPhase> from, ListPhase to) {
    if (from == to) {
        return;
    }
    for (const ListOwner owner : owners) {
        if (from) {
            filling_.listed[{{list, owner, *from}, item}] = false;
        }
        filling_.listed[{{list, owner, to}, item}] = true;
    }
}

} // namespace hongbao::persistence
