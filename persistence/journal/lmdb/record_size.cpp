// Role: the sums, one overload per event.
#include "persistence/journal/lmdb/record_size.hpp"

#include "persistence/journal/commit_entry.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"

#include "domain/values/overloaded.hpp"

namespace hongbao::persistence {

namespace {

/// LMDB's header of an entry, our key, and where the entry lies on its page.
constexpr std::size_t entry_bytes = 8 + 8 + 2;
/// A page that is appended to stays partly empty if the next entry does not fit: up to a tenth of
/// it with entries of a tenth of a page, with larger ones up to the size of an entry.
constexpr std::size_t small_entry_bytes = 400;
/// Branches over the leaves, half full: a page for each hundred.
constexpr std::uint64_t leaves_per_branch = 64;

template <typename... Texts>
std::size_t texts(const Texts&... all) {
    return (text_bytes_most(all.size()) + ... + std::size_t{0});
}

struct Size {
    template <typename... Texts>
    static std::size_t plain(const Texts&... all) {
        return plain_record_bytes_most + texts(all...);
    }
    template <typename... Texts>
    static std::size_t terms(const Texts&... all) {
        return terms_record_bytes_most + texts(all...);
    }

    std::size_t operator()(const domain::AccountOpened& event) const {
        return plain(event.user_id, event.username, event.avatar_url);
    }
    std::size_t operator()(const domain::AccountStatusChanged& event) const {
        return plain(event.user_id, event.reason);
    }
    std::size_t operator()(const domain::AccountProfileChanged& event) const {
        return plain(event.user_id, event.username, event.avatar_url);
    }
    std::size_t operator()(const domain::Deposited& event) const {
        return plain(event.user_id, event.reference);
    }
    std::size_t operator()(const domain::Withdrawn& event) const {
        return plain(event.user_id, event.reference);
    }
    std::size_t operator()(const domain::Transferred& event) const {
        return plain(event.from, event.to, event.memo);
    }
    std::size_t operator()(const domain::PacketSent& event) const {
        std::size_t bytes = terms(event.sender, event.blessing, event.cover);
        for (const domain::UserId& recipient : event.recipients) {
            bytes += listed_text_bytes_most(recipient.size());
        }
        return bytes;
    }
    std::size_t operator()(const domain::ShareOpened& event) const { return plain(event.user_id); }
    std::size_t operator()(const domain::PacketClosed& event) const { return plain(event.sender); }
    std::size_t operator()(const domain::CampaignFunded& event) const {
        return terms(event.merchant, event.name, event.picture, event.text) +
               round_bytes_most * event.rounds.size();
    }
    std::size_t operator()(const domain::ShakeDrawn& event) const {
        return plain(event.user_id, event.shake_key);
    }
    std::size_t operator()(const domain::CampaignClosed& event) const {
        return plain(event.merchant);
    }
    std::size_t operator()(const domain::SaleOpened& event) const {
        return terms(event.merchant, event.title, event.group);
    }
    std::size_t operator()(const domain::OrderReserved& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::OrderPaid& event) const { return plain(event.user_id); }
    std::size_t operator()(const domain::OrderCancelled& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::OrderTimedOut& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::OrderRefunded& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::ExternalPaymentTaken& event) const {
        return plain(event.user_id, event.gateway_ref);
    }
    std::size_t operator()(const domain::SuspendedPaymentDecided& event) const {
        return plain(event.user_id, event.gateway_ref, event.reason);
    }
    std::size_t operator()(const domain::WaitlistJoined& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::WaiterPassedOver& event) const {
        return plain(event.user_id);
    }
    std::size_t operator()(const domain::WaitlistLeft& event) const { return plain(event.user_id); }
    std::size_t operator()(const domain::SaleClosed& event) const { return plain(event.merchant); }
    std::size_t operator()(const domain::AnswerKept& event) const { return plain(event.body); }
    std::size_t operator()(const domain::AccessKeyCreated& event) const {
        return terms(event.key_id, event.name, event.account) + ranges(event.address_ranges);
    }
    std::size_t operator()(const domain::AccessKeyRotated& event) const {
        return terms(event.key_id);
    }
    std::size_t operator()(const domain::AccessKeyRevoked& event) const {
        return plain(event.key_id);
    }
    std::size_t operator()(const domain::SwitchChanged&) const { return plain(); }
    std::size_t operator()(const domain::ClockAdvanced&) const { return plain(); }
    std::size_t operator()(const domain::TokenSecretRotated&) const { return plain(); }
    std::size_t operator()(const domain::InvitationCreated& event) const {
        return terms(event.invitation_id) + ranges(event.address_ranges);
    }
    std::size_t operator()(const domain::InvitationRevoked& event) const {
        return plain(event.invitation_id);
    }
    std::size_t operator()(const domain::InvitationAccepted& event) const {
        return plain(event.invitation_id, event.user_id);
    }

    std::size_t operator()(const domain::WebhookChanged& event) const {
        return terms(event.webhook_id, event.url, event.pause_reason) + ranges(event.types);
    }

    static std::size_t ranges(const std::vector<std::string>& listed) {
        std::size_t bytes = 0;
        for (const std::string& range : listed) {
            bytes += listed_text_bytes_most(range.size());
        }
        return bytes;
    }
};

std::uint64_t leaf_bytes_most(std::size_t value_bytes) {
    const std::uint64_t bytes = entry_bytes + value_bytes;
    return bytes <= small_entry_bytes ? bytes + bytes / 8 : 2 * bytes;
}

} // namespace

std::size_t operation_bytes_most(const domain::Operation* operation) {
    return operation == nullptr
               ? 0
               : operation_tables_bytes_most +
                     texts(operation->principal, operation->request_id, operation->reason);
}

std::size_t record_bytes_most(const domain::Event& event,
                              const std::optional<domain::IdempotencyTag>& idempotency,
                              const domain::Operation* operation) {
    const std::size_t key_bytes = idempotency ? key_bytes_most(idempotency->key.size()) : 0;
    return key_bytes + operation_bytes_most(operation) + std::visit(Size{}, event);
}

std::uint64_t journal_bytes_most(std::size_t record_bytes) {
    constexpr std::uint64_t page_bytes = 4'096;
    const std::uint64_t parts = record_bytes / row_bytes_max;
    const std::uint64_t leaves = leaf_bytes_most(record_bytes % row_bytes_max) +
                                 (parts + 1) / 2 * page_bytes + (parts > 0 ? page_bytes : 0) +
                                 leaf_bytes_most(sizeof(CommitBytes));
    return leaves + leaves / leaves_per_branch;
}

} // namespace hongbao::persistence
