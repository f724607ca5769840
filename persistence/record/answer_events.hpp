// Role: how a kept answer lies in a record.
#pragma once

#include "persistence/record/event_codec.hpp"

namespace hongbao::persistence {

template <>
struct EventCodec<domain::AnswerKept> : Unflagged {
    using Table = fb::AnswerKept;

    static Complaint check(const domain::AnswerKept& event) {
        return first_of(
            event.status < 100 || event.status > 599 ? "a status is not one of HTTP" : "",
            event.body.size() > answer_bytes_max ? "an answer is longer than 16 MiB" : "");
    }
    static Offset<Table> encode(Builder& builder, const domain::AnswerKept& event) {
        return fb::CreateAnswerKept(builder, event.status, builder.CreateString(event.body));
    }
    static Complaint decode(domain::AnswerKept& event, const Table& from) {
        event.status = from.status();
        take(event.body, from.body(), answer_bytes_max);
        return "";
    }
};

} // namespace hongbao::persistence
