// Role: how the events of accounts lie in a record.
#pragma once

#include "persistence/record/event_codec.hpp"

namespace hongbao::persistence {

template <>
struct EventCodec<domain::AccountOpened> : Unflagged {
    using Table = fb::AccountOpened;

    static Complaint check(const domain::AccountOpened& event) {
        return first_of(wrong_id(event.user_id), wrong_text(event.username),
                        wrong_text(event.avatar_url));
    }
    static Offset<Table> encode(Builder& builder, const domain::AccountOpened& event) {
        const auto type = static_cast<fb::AccountType>(event.account_type);
        return fb::CreateAccountOpened(builder, text(builder, event.user_id),
                                       text(builder, event.username),
                                       text(builder, event.avatar_url), type);
    }
    static Complaint decode(domain::AccountOpened& event, const Table& from) {
        take(event.user_id, from.user_id());
        take(event.username, from.username());
        take(event.avatar_url, from.avatar_url());
        event.account_type = static_cast<domain::AccountType>(from.account_type());
        return from.account_type() > fb::AccountType::MAX ? "its account type is unknown" : "";
    }
};

template <>
struct EventCodec<domain::AccountStatusChanged> : Unflagged {
    using Table = fb::AccountStatusChanged;

    static Complaint check(const domain::AccountStatusChanged& event) {
        return first_of(wrong_id(event.user_id), wrong_text(event.reason));
    }
    static Offset<Table> encode(Builder& builder, const domain::AccountStatusChanged& event) {
        const auto status = static_cast<fb::AccountStatus>(event.status);
        return fb::CreateAccountStatusChanged(builder, text(builder, event.user_id), status,
                                              text(builder, event.reason));
    }
    static Complaint decode(domain::AccountStatusChanged& event, const Table& from) {
        take(event.user_id, from.user_id());
        take(event.reason, from.reason());
        event.status = static_cast<domain::AccountStatus>(from.status());
        return from.status() > fb::AccountStatus::MAX ? "its account status is unknown" : "";
    }
};

template <>
struct EventCodec<domain::AccountProfileChanged> : Unflagged {
    using Table = fb::AccountProfileChanged;

    static Complaint check(const domain::AccountProfileChanged& event) {
        return first_of(wrong_id(event.user_id), wrong_text(event.username),
                        wrong_text(event.avatar_url));
    }
    static Offset<Table> encode(Builder& builder, const domain::AccountProfileChanged& event) {
        return fb::CreateAccountProfileChanged(builder, text(builder, event.user_id),
                                               text(builder, event.username),
                                               text(builder, event.avatar_url));
    }
    static Complaint decode(domain::AccountProfileChanged& event, const Table& from) {
        take(event.user_id, from.user_id());
        take(event.username, from.username());
        take(event.avatar_url, from.avatar_url());
        return "";
    }
};

template <>
struct EventCodec<domain::Deposited> : Unflagged {
    using Table = fb::Deposited;

    static Complaint check(const domain::Deposited& event) {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen),
                        wrong_text(event.reference));
    }
    static Offset<Table> encode(Builder& builder, const domain::Deposited& event) {
        return fb::CreateDeposited(builder, text(builder, event.user_id), event.amount_fen,
                                   text(builder, event.reference));
    }
    static Complaint decode(domain::Deposited& event, const Table& from) {
        take(event.user_id, from.user_id());
        take(event.reference, from.reference());
        event.amount_fen = from.amount_fen();
        return "";
    }
};

template <>
struct EventCodec<domain::Withdrawn> : Unflagged {
    using Table = fb::Withdrawn;

    static Complaint check(const domain::Withdrawn& event) {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen),
                        wrong_text(event.reference));
    }
    static Offset<Table> encode(Builder& builder, const domain::Withdrawn& event) {
        return fb::CreateWithdrawn(builder, text(builder, event.user_id), event.amount_fen,
                                   text(builder, event.reference));
    }
    static Complaint decode(domain::Withdrawn& event, const Table& from) {
        take(event.user_id, from.user_id());
        take(event.reference, from.reference());
        event.amount_fen = from.amount_fen();
        return "";
    }
};

template <>
struct EventCodec<domain::Transferred> : Unflagged {
    using Table = fb::Transferred;

    static Complaint check(const domain::Transferred& event) {
        return first_of(wrong_id(event.from), wrong_id(event.to),
                        event.from == event.to ? "a transfer goes to its own sender" : "",
                        wrong_amount(event.amount_fen), wrong_text(event.memo));
    }
    static Offset<Table> encode(Builder& builder, const domain::Transferred& event) {
        return fb::CreateTransferred(builder, text(builder, event.from), text(builder, event.to),
                                     event.amount_fen, text(builder, event.memo));
    }
    static Complaint decode(domain::Transferred& event, const Table& from) {
        take(event.from, from.from());
        take(event.to, from.to());
        take(event.memo, from.memo());
        event.amount_fen = from.amount_fen();
        return "";
    }
};

} // namespace hongbao::persistence
