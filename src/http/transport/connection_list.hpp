// Role: the connections of one phase, in the order of their deadlines. All connections of a phase
// wait equally long, so appending keeps the order, and nothing is ever searched or allocated.
// Owner: one event loop, its thread. Invariant: a connection is in exactly one list until closed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hongbao::http {

struct ListedConnection {
    ListedConnection* previous = nullptr;
    ListedConnection* next = nullptr;
    std::int64_t deadline_ms = 0;
};

class ConnectionList {
  public:
    ConnectionList() { end_.previous = end_.next = &end_; }
    ConnectionList(const ConnectionList&) = delete;
    ConnectionList& operator=(const ConnectionList&) = delete;

    /// `deadline_ms` must not be before that of the last one appended.
    void append(ListedConnection& connection, std::int64_t deadline_ms) {
        connection.deadline_ms = deadline_ms;
        connection.previous = end_.previous;
        connection.next = &end_;
        end_.previous->next = &connection;
        end_.previous = &connection;
    }
    static void remove(ListedConnection& connection) {
        connection.previous->next = connection.next;
        connection.next->previous = connection.previous;
    }
    /// The one whose deadline comes first, or null.
    ListedConnection* first() { return after(end_); }
    /// The one that follows, or null.
    ListedConnection* after(const ListedConnection& connection) {
        return connection.next == &end_ ? nullptr : connection.next;
    }

  private:
    ListedConnection end_;
};

} // namespace hongbao::http
