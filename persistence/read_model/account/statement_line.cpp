// Role: a movement of money, and one side of it.
#include "persistence/read_model/account/statement_line.hpp"

#include "domain/values/invariant.hpp"
#include "persistence/read_model/account/movement_words.hpp"

namespace hongbao::persistence {

Movement movement_of(const domain::Record& record) {
    const auto postings = domain::postings_of(record.event);
    domain::invariant(postings.size() == 2, "a movement has two sides");
    Movement movement{record.event.index(), words_of_movement(record), {}};
    std::size_t place = 0;
    for (const domain::Posting& posting : postings) {
        movement.sides.at(place++) = {posting.account_name(), posting.amount_fen};
    }
    return movement;
}

StatementLine statement_line_of(const domain::Record& record, const domain::Posting& own,
                                std::uint64_t line_no, domain::Fen balance_after_fen) {
    StatementLine line{std::string(own.user_id), words_of_movement(record), {}};
    line.entry.line_no = line_no;
    line.entry.type = entry_type_of(record.event);
    line.entry.amount_fen = own.amount_fen;
    line.entry.balance_after_fen = balance_after_fen;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.amount_fen != own.amount_fen) { // of two, one gains what the other loses
            line.against = posting.account_name();
        }
    }
    if (const auto* moved = std::get_if<domain::Transferred>(&record.event)) {
        line.entry.counterparty = moved->from == own.user_id ? moved->to : moved->from;
    }
    return line;
}

} // namespace hongbao::persistence
