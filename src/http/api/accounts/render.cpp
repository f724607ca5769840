// Role: an account as settled: nothing of it that is not synced yet.
#include "http/api/accounts/render.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/api/render.hpp"
#include "http/api/words.hpp"

namespace hongbao::http {

Json render(const actors::AccountView& view) {
    const domain::AccountProfile& profile = view.account.profile;
    const auto& change = view.account.standing.status_change;
    return Json{{"user_id", profile.user_id},
                {"username", profile.username},
                {"avatar_url", text_or_null(profile.avatar_url)},
                {"type", word_in(account_type_words, profile.type)},
                {"status", word_in(account_status_words, view.account.standing.status)},
                {"status_reason", text_or_null(change ? change->reason : "")},
                {"status_changed_at", change ? Json(domain::to_rfc3339(change->at)) : Json()},
                {"balance_fen", view.account.standing.balance_fen},
                {"created_at", domain::to_rfc3339(profile.created_at)}};
}

} // namespace hongbao::http
