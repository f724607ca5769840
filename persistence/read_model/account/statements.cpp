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

/// The last line with a mark that is no later than this record; nothing if there is none.
std::optional<Sequence> mark_up_to(ModelView& view, const domain::UserId& user_id,
                                   Sequence sequence) {
    const auto account = sequence != 0 ? view.may_have(view.number(user_id)) : std::nullopt;
    if (!account) {
        return std::nullopt;
    }
    const std::uint64_t marks =
        view.must_have(view.get<Accounts>(*account)).line_count / lines_a_mark;
    const auto line_at = [&](std::uint64_t mark_no) {
        return view.must_have(view.get<LineMarks>({*account, mark_no})).sequence;
    };
    std::uint64_t begin = 0; // no mark, or one that is early enough
    std::uint64_t end = marks + 1;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + (end - begin) / 2;
        (line_at(middle) <= sequence ? begin : end) = middle;
    }
    return begin != 0 ? std::optional(line_at(begin)) : std::nullopt;
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
        const Record record = view.must_have(view.record(sequence));
        if (is_within(times, record.at) && domain::postings_of(record.event).size() != 0) {
            take(record, page.items);
        }
    }
    return page;
}

} // namespace

Page<Movement> ReadModel::movements(const RecordsRequest& request) const {
    return ask([&](ModelView& view) {
        return page_of_records<Movement>(view, request, [](const Record& record, auto& items) {
            items.push_back(movement_of(record));
        });
    });
}

Page<StatementLine> ReadModel::statement_lines(const RecordsRequest& request) const {
    return ask([&](ModelView& view) {
        return page_of_records<StatementLine>(
            view, request, [&](const Record& record, auto& items) {
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

Page<StatementLine> ReadModel::statement(const domain::UserId& user_id, const PageRequest& page,
                                         Sequence after) const {
    return ask([&](ModelView& view) {
        PageRequest asked = page;
        if (!asked.cursor) {
            asked.cursor = mark_up_to(view, user_id, after);
        }
        LineWalk walk(view, user_id, std::nullopt, asked);
        return page_of_walk<StatementLine>(
            walk, asked, [&](Sequence sequence) -> std::optional<StatementLine> {
                const Record record = view.must_have(view.record(sequence));
                const bool is_wanted = sequence > after && is_within(asked, record.at);
                return is_wanted ? std::optional(line_of(view, record, user_id, walk.side()))
                                 : std::nullopt;
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
