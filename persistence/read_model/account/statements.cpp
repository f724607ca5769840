// Role: statements, page by page: the lines of one account, those of all, and the movements of
// money behind them.
#include "domain/posting.hpp"
#include "persistence/read_model/account/line_walk.hpp"
#include "persistence/read_model/account/statement_line.hpp"
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/records_request.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

/// Who the other is that a record does not name, but the row of a packet or campaign.
void name_counterparty(ModelView& view, const Record& record, Entry& entry) {
    if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        entry.counterparty = view.must_have(view.get<Packets>(share->packet_id)).sender;
    } else if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event)) {
        entry.counterparty = view.must_have(view.get<Campaigns>(drawn->campaign_id)).merchant;
    }
}

StatementLine line_of(ModelView& view, const Record& record, const domain::Posting& own,
                      const Side& side) {
    StatementLine line = statement_line_of(record, own, side.line_no, side.balance_after_fen);
    name_counterparty(view, record, line.entry);
    return line;
}

StatementLine line_of(ModelView& view, const Record& record, const domain::UserId& user_id,
                      const Side& side) {
    const auto postings = domain::postings_of(record.event);
    const auto* const own =
        std::find_if(postings.begin(), postings.end(), [&](const domain::Posting& posting) {
            return posting.kind == domain::LedgerAccountKind::user && posting.user_id == user_id;
        });
    domain::invariant(own != postings.end(), "a line of a statement is a posting to its account");
    return line_of(view, record, *own, side);
}

/// `take(record, items)` of each record that moves money.
template <typename Item, typename Take>
Page<Item> page_of_records(ModelView& view, const RecordsRequest& request, Take take) {
    PageRequest times;
    times.from = request.from;
    times.to = request.to;
    const ItemRange range = sequences_within(view, times);
    Page<Item> page;
    page.as_of = view.totals().position.last_sequence;
    if (request.until != 0) {
        page.as_of = std::min(request.until, page.as_of);
    }
    const Sequence last = std::min(page.as_of, range.last);
    const Sequence first = std::max(request.after + 1, range.first);
    for (Sequence sequence = first; sequence <= last; ++sequence) {
        if (sequence - first == request.looks_max) {
            page.next_cursor = sequence - 1;
            break;
        }
        Record record = view.must_have(view.record(sequence));
        if (is_within(times, record.at) && domain::postings_of(record.event).size() != 0) {
            take(std::move(record), page.items);
        }
    }
    return page;
}

} // namespace

Page<Record> ReadModel::movements(const RecordsRequest& request) const {
    return ask([&](ModelView& view) {
        return page_of_records<Record>(view, request, [](Record&& record, auto& items) {
            items.push_back(std::move(record));
        });
    });
}

Page<StatementLine> ReadModel::statement_lines(const RecordsRequest& request) const {
    return ask([&](ModelView& view) {
        return page_of_records<StatementLine>(view, request, [&](Record&& record, auto& items) {
            const Sides sides = view.must_have(view.sides(record.sequence));
            std::size_t place = 0;
            for (const domain::Posting& posting : domain::postings_of(record.event)) {
                if (posting.kind == domain::LedgerAccountKind::user) {
                    items.push_back(line_of(view, record, posting, sides.side.at(place++)));
                }
            }
        });
    });
}

Page<StatementLine> ReadModel::statement(const domain::UserId& user_id,
                                         const PageRequest& page) const {
    return ask([&](ModelView& view) {
        return page_of_lines<StatementLine>(view, user_id, std::nullopt, page,
                                            [&](const Side& side, const Record& record) {
                                                return line_of(view, record, user_id, side);
                                            });
    });
}

Page<Entry> ReadModel::entries(const domain::UserId& user_id, std::optional<EntryType> type,
                               const PageRequest& page) const {
    return ask([&](ModelView& view) {
        return page_of_lines<Entry>(view, user_id, type, page,
                                    [&](const Side& side, const Record& record) {
                                        return line_of(view, record, user_id, side).entry;
                                    });
    });
}

} // namespace hongbao::persistence
