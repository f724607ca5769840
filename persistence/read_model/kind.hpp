// Role: what the read model must know about a kind of entity that is made, has rows of its own
// (claims, shakes, orders), holds money, and eventually ends. The list of them: kinds.hpp.
#pragma once

namespace hongbao::domain {
struct Record;
} // namespace hongbao::domain

namespace hongbao::persistence {

class Applying;
class PageEstimate;
class RowsWriter;

/// Of the entity as the domain has it. Each specialisation says:
///   Id, Rows, Ends       what it is found by; the table of its row, and of the ends of open ones
///   Events               the group of events that are about one
///   Sleeping             what it is while its rows are added to it
///   name, child_names    in sentences: "packet", "claims"
///   open_ones, open_ones_and_ends   the same of those that are open
///   parts                its rows in a generation
///   open_count, held     what is kept of all of them among the totals
///   books, entity        where it is in the books, and while it is woken
///   all_open             where those that are open are gathered
///   id_in(event)         the one that an event of its group is about
///   held_fen(row)        the money that it holds
///   list                 where it is listed, of its owner and of everybody, by its row's phase()
///   order_count(row)     if it has orders: how many by its row, which the self-check adds up
///   due_at(row)          when something has to be done about it at the latest
///   open_at(reader, id, at)   of an end in the file: what a start has to know
///   apply(applying, record)   changes its rows, if the record is about one
///   write(writer, generation)   puts its rows into their tables
///   count_pages(pages, generation)   about how many pages of each table that changes
template <typename Entity>
struct Kind;

} // namespace hongbao::persistence
