// Role: one side of a movement of money.
#include "persistence/read_model/account/statement_line.hpp"

#include "persistence/read_model/account/movement_words.hpp"

namespace hongbao::persistence {

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
