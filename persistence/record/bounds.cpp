// Role: the check of the record's event, and of what all records have.
#include "persistence/record/bounds.hpp"
#include "persistence/record/all_events.hpp"

#include <variant>

namespace hongbao::persistence {

namespace {

Complaint wrong_operation(const domain::Operation& operation) {
    return first_of(operation.principal.empty() || operation.principal.size() > principal_bytes_max
                        ? "the name of a principal is not 1–80 bytes long"
                        : "",
                    operation.request_id.size() > request_id_bytes_max
                        ? "a request's id is longer than 64 bytes"
                        : "",
                    operation.reason.size() > reason_bytes_max
                        ? "the reason of an operation is longer than 512 bytes"
                        : "");
}

} // namespace

std::string what_exceeds_bounds(const domain::Record& record) {
    Complaint complaint =
        first_of(wrong_instant(record.at),
                 std::visit([]<typename E>(const E& event) { return EventCodec<E>::check(event); },
                            record.event));
    if (complaint.empty() && std::holds_alternative<domain::AnswerKept>(record.event) &&
        !record.idempotency) {
        complaint = "an answer is kept without an idempotency key";
    }
    if (complaint.empty() && record.idempotency) {
        const std::size_t key_bytes = record.idempotency->key.size();
        complaint = key_bytes < 1 || key_bytes > idempotency_key_bytes_max
                        ? "an idempotency key is not 1–336 bytes long"
                        : "";
    }
    if (complaint.empty() && record.operation) {
        complaint = wrong_operation(*record.operation);
    }
    return std::string(complaint);
}

} // namespace hongbao::persistence
