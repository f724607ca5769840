// Role: the part of the books that the journal's tail touches, as the read model's file has it: so
// a start reads what has changed since, and not everything there is. Owner thread: the caller's.
#pragma once

#include "domain/books/books.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::persistence {

class TailBooks {
  public:
    explicit TailBooks(std::unique_ptr<ModelReader> written) : written_(std::move(written)) {}

    /// Adds to the books, before the record is replayed, what it touches. The failure says what in
    /// the model does not fit.
    std::optional<Failure> add(domain::Books& books, const domain::Record& record);

  private:
    void add_account(domain::Books& books, std::string_view user_id);
    /// Those that an event names without moving money of theirs: who drew a blank, who sells.
    template <typename Event>
    void add_users(domain::Books& books, const Event& event);
    /// One of a Kind, with all its rows.
    template <typename K>
    void add_entity(domain::Books& books, typename K::Id id);
    void add_administration(domain::Books& books);
    /// What must be new: noticed if it is not.
    void add_place(domain::Books& books, domain::OrderId order_id);
    void add_gateway_ref(domain::Books& books, const std::string& gateway_ref);

    std::unique_ptr<ModelReader> written_;
    std::string wrong_;
    bool has_administration_ = false;
};

} // namespace hongbao::persistence
