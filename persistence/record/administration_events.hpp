// Role: how the events of the server's administration lie in a record. Of secrets there are hashes
// alone.
#pragma once

#include "persistence/record/event_codec.hpp"

#include "domain/administration/administration.hpp"

#include <vector>

namespace hongbao::persistence {

inline Complaint wrong_access_id(const domain::AccessId& id) {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return id.size() != access_id_bytes || !std::ranges::all_of(id, is_hex)
               ? "the id of a key or an invitation is not 16 of 0-9a-f"
               : "";
}

inline Complaint wrong_ranges(const std::vector<std::string>& ranges) {
    const auto fits = [](const std::string& range) {
        return !range.empty() && range.size() <= address_range_bytes_max;
    };
    return ranges.size() > address_ranges_max || !std::ranges::all_of(ranges, fits)
               ? "there are more than 16 address ranges, or one is not 1–64 bytes long"
               : "";
}

inline Complaint wrong_wait(std::int64_t retry_after_s) {
    return retry_after_s < 0 || retry_after_s > retry_after_s_max
               ? "a time to wait is not within 0 … 86,400 seconds"
               : "";
}

inline fb::Hash to_fb(const domain::SecretHash& hash) {
    return fb::Hash(flatbuffers::span<const std::uint8_t, 32>(hash.data(), hash.size()));
}

/// An absent one is all zeros.
inline void take_hash(domain::SecretHash& to, const fb::Hash* from) {
    to = {};
    if (from != nullptr) {
        std::memcpy(to.data(), from->bytes()->Data(), to.size());
    }
}

using Texts = flatbuffers::Vector<Offset<flatbuffers::String>>;

inline Offset<Texts> texts(Builder& builder, const std::vector<std::string>& values) {
    return values.empty() ? Offset<Texts>{} : builder.CreateVectorOfStrings(values);
}

inline Complaint take_ranges(std::vector<std::string>& to, const Texts* from) {
    to.clear();
    if (from != nullptr && from->size() > address_ranges_max) {
        return "it has more than 16 address ranges";
    }
    for (flatbuffers::uoffset_t i = 0; from != nullptr && i < from->size(); ++i) {
        take(to.emplace_back(), from->Get(i), address_range_bytes_max);
    }
    return "";
}

template <>
struct EventCodec<domain::AccessKeyCreated> : Unflagged {
    using Table = fb::AccessKeyCreated;

    static Complaint check(const domain::AccessKeyCreated& event) {
        const bool is_merchants = event.scope == domain::Scope::merchant;
        return first_of(wrong_access_id(event.key_id), wrong_text(event.name),
                        is_merchants ? wrong_id(event.account) : Complaint(),
                        !is_merchants && !event.account.empty()
                            ? "a key that is no merchant's belongs to an account"
                            : "",
                        wrong_instant(event.expires_at), wrong_ranges(event.address_ranges));
    }
    static Offset<Table> encode(Builder& builder, const domain::AccessKeyCreated& event) {
        const fb::Hash hash = to_fb(event.secret_hash);
        return fb::CreateAccessKeyCreated(
            builder, text(builder, event.key_id), text(builder, event.name),
            static_cast<fb::Scope>(event.scope), text(builder, event.account), &hash,
            event.expires_at, texts(builder, event.address_ranges));
    }
    static Complaint decode(domain::AccessKeyCreated& event, const Table& from) {
        take(event.key_id, from.key_id());
        take(event.name, from.name());
        take(event.account, from.account());
        event.scope = static_cast<domain::Scope>(from.scope());
        take_hash(event.secret_hash, from.secret_hash());
        event.expires_at = from.expires_at();
        const Complaint complaint = take_ranges(event.address_ranges, from.address_ranges());
        return from.scope() > fb::Scope::MAX ? "its scope is unknown" : complaint;
    }
};

template <>
struct EventCodec<domain::AccessKeyRotated> : Unflagged {
    using Table = fb::AccessKeyRotated;

    static Complaint check(const domain::AccessKeyRotated& event) {
        return first_of(wrong_access_id(event.key_id), wrong_instant(event.previous_until),
                        wrong_instant(event.expires_at));
    }
    static Offset<Table> encode(Builder& builder, const domain::AccessKeyRotated& event) {
        const fb::Hash hash = to_fb(event.secret_hash);
        return fb::CreateAccessKeyRotated(builder, text(builder, event.key_id), &hash,
                                          event.previous_until, event.expires_at);
    }
    static Complaint decode(domain::AccessKeyRotated& event, const Table& from) {
        take(event.key_id, from.key_id());
        take_hash(event.secret_hash, from.secret_hash());
        event.previous_until = from.previous_until();
        event.expires_at = from.expires_at();
        return "";
    }
};

template <>
struct EventCodec<domain::AccessKeyRevoked> : Unflagged {
    using Table = fb::AccessKeyRevoked;

    static Complaint check(const domain::AccessKeyRevoked& event) {
        return wrong_access_id(event.key_id);
    }
    static Offset<Table> encode(Builder& builder, const domain::AccessKeyRevoked& event) {
        return fb::CreateAccessKeyRevoked(builder, text(builder, event.key_id));
    }
    static Complaint decode(domain::AccessKeyRevoked& event, const Table& from) {
        take(event.key_id, from.key_id());
        return "";
    }
};

template <>
struct EventCodec<domain::SwitchChanged> : Unflagged {
    using Table = fb::SwitchChanged;

    static Complaint check(const domain::SwitchChanged& event) {
        return first_of(wrong_wait(event.retry_after_s),
                        event.is_on && event.retry_after_s != 0
                            ? "a switch that is on makes clients wait"
                            : "");
    }
    static Offset<Table> encode(Builder& builder, const domain::SwitchChanged& event) {
        return fb::CreateSwitchChanged(builder, static_cast<fb::Switch>(event.which), event.is_on,
                                       event.retry_after_s);
    }
    static Complaint decode(domain::SwitchChanged& event, const Table& from) {
        event.which = static_cast<domain::Switch>(from.which());
        event.is_on = from.is_on();
        event.retry_after_s = from.retry_after_s();
        return from.which() > fb::Switch::MAX ? "its switch is unknown" : "";
    }
};

template <>
struct EventCodec<domain::ClockAdvanced> : Unflagged {
    using Table = fb::ClockAdvanced;

    static Complaint check(const domain::ClockAdvanced& event) { return wrong_instant(event.to); }
    static Offset<Table> encode(Builder& builder, const domain::ClockAdvanced& event) {
        return fb::CreateClockAdvanced(builder, event.to);
    }
    static Complaint decode(domain::ClockAdvanced& event, const Table& from) {
        event.to = from.to();
        return "";
    }
};

template <>
struct EventCodec<domain::TokenSecretRotated> : Unflagged {
    using Table = fb::TokenSecretRotated;

    static Complaint check(const domain::TokenSecretRotated& event) {
        return wrong_instant(event.previous_until);
    }
    static Offset<Table> encode(Builder& builder, const domain::TokenSecretRotated& event) {
        return fb::CreateTokenSecretRotated(builder, event.previous_until);
    }
    static Complaint decode(domain::TokenSecretRotated& event, const Table& from) {
        event.previous_until = from.previous_until();
        return "";
    }
};

template <>
struct EventCodec<domain::InvitationCreated> : Unflagged {
    using Table = fb::InvitationCreated;

    static Complaint check(const domain::InvitationCreated& event) {
        return first_of(wrong_access_id(event.invitation_id),
                        event.guests_max < 1 || event.guests_max > domain::invitation_guests_max
                            ? "an invitation does not have 1 … 1,000,000 places"
                            : "",
                        wrong_instant(event.expires_at), wrong_ranges(event.address_ranges));
    }
    static Offset<Table> encode(Builder& builder, const domain::InvitationCreated& event) {
        const fb::Hash hash = to_fb(event.secret_hash);
        return fb::CreateInvitationCreated(builder, text(builder, event.invitation_id), &hash,
                                           event.campaign_id.value, event.guests_max,
                                           event.expires_at, texts(builder, event.address_ranges));
    }
    static Complaint decode(domain::InvitationCreated& event, const Table& from) {
        take(event.invitation_id, from.invitation_id());
        take_hash(event.secret_hash, from.secret_hash());
        event.campaign_id.value = from.campaign_id();
        event.guests_max = from.guests_max();
        event.expires_at = from.expires_at();
        return take_ranges(event.address_ranges, from.address_ranges());
    }
};

template <>
struct EventCodec<domain::InvitationRevoked> : Unflagged {
    using Table = fb::InvitationRevoked;

    static Complaint check(const domain::InvitationRevoked& event) {
        return wrong_access_id(event.invitation_id);
    }
    static Offset<Table> encode(Builder& builder, const domain::InvitationRevoked& event) {
        return fb::CreateInvitationRevoked(builder, text(builder, event.invitation_id));
    }
    static Complaint decode(domain::InvitationRevoked& event, const Table& from) {
        take(event.invitation_id, from.invitation_id());
        return "";
    }
};

template <>
struct EventCodec<domain::InvitationAccepted> : Unflagged {
    using Table = fb::InvitationAccepted;

    static Complaint check(const domain::InvitationAccepted& event) {
        return first_of(wrong_access_id(event.invitation_id), wrong_id(event.user_id));
    }
    static Offset<Table> encode(Builder& builder, const domain::InvitationAccepted& event) {
        return fb::CreateInvitationAccepted(builder, text(builder, event.invitation_id),
                                            text(builder, event.user_id));
    }
    static Complaint decode(domain::InvitationAccepted& event, const Table& from) {
        take(event.invitation_id, from.invitation_id());
        take(event.user_id, from.user_id());
        return "";
    }
};

template <>
struct EventCodec<domain::WebhookChanged> : Unflagged {
    using Table = fb::WebhookChanged;

    static Complaint check(const domain::WebhookChanged& event) {
        const auto is_word = [](const std::string& word) {
            return !word.empty() && word.size() <= event_word_bytes_max;
        };
        return first_of(wrong_access_id(event.webhook_id),
                        event.url.empty() || event.url.size() > webhook_url_bytes_max
                            ? "the address of a webhook is not 1–2,048 bytes long"
                            : "",
                        event.types.size() > webhook_types_max ||
                                !std::ranges::all_of(event.types, is_word)
                            ? "a webhook is for more than 64 types, or one is not 1–64 bytes long"
                            : "",
                        wrong_text(event.pause_reason), wrong_instant(event.previous_until),
                        event.secret_version < 1 ? "a webhook's secret has no version" : "");
    }
    static Offset<Table> encode(Builder& builder, const domain::WebhookChanged& event) {
        return fb::CreateWebhookChanged(builder, text(builder, event.webhook_id),
                                        text(builder, event.url), texts(builder, event.types),
                                        static_cast<std::uint8_t>(event.status),
                                        text(builder, event.pause_reason), event.secret_version,
                                        event.previous_until, event.delivered);
    }
    static Complaint decode(domain::WebhookChanged& event, const Table& from) {
        take(event.webhook_id, from.webhook_id());
        take(event.url, from.url(), webhook_url_bytes_max + 1);
        take(event.pause_reason, from.pause_reason());
        event.types.clear();
        const auto* types = from.types();
        if (types != nullptr && types->size() > webhook_types_max) {
            return "it is for more than 64 types";
        }
        for (flatbuffers::uoffset_t i = 0; types != nullptr && i < types->size(); ++i) {
            take(event.types.emplace_back(), types->Get(i), event_word_bytes_max);
        }
        event.status = static_cast<domain::WebhookStatus>(from.status());
        event.secret_version = from.secret_version();
        event.previous_until = from.previous_until();
        event.delivered = from.delivered();
        return from.status() > static_cast<std::uint8_t>(domain::WebhookStatus::removed)
                   ? "its status is unknown"
                   : "";
    }
};

} // namespace hongbao::persistence
