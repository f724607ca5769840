// Role: what a request is told: one of a closed list of kinds.
// It is moved four times on its way (actor, journal writer, sink, front end), so it costs what it
// carries: small answers lie in it, large ones in a box of their own, and moving either copies five
// words. A new large kind makes no answer wider.
// Owner: whoever holds it. Invariant: a box belongs to one Answer.
#pragma once

#include "actors/protocol/topic.hpp"
#include "domain/record.hpp"
#include "domain/rejection.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/invariant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/packet/fairness.hpp"
#include "persistence/read_model/packet/lists.hpp"
#include "persistence/read_model/packet/news.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/read_model/sale/summary.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace hongbao::domain {
struct SendPreview;
} // namespace hongbao::domain

namespace hongbao::persistence {
struct Audit;
struct BooksDay;
struct CampaignSummary;
struct ClaimLine;
struct Entry;
struct Movement;
struct OrderSummary;
struct PacketFact;
struct StatementLine;
struct SuspendedPayment;
struct Trade;
template <typename Item>
struct Page;
} // namespace hongbao::persistence

namespace hongbao::actors {

// ---- small answers ----

/// A share that was opened.
struct ShareReceipt {
    domain::PacketId packet_id;
    domain::Fen amount_fen = 0;
    domain::InstantMs opened_at = 0;
    bool repeat = false;
    bool replayed = false; // the first answer again (rule 4); the same below
};

/// A grab that found a share.
struct Openable {};

/// A shake: won if the amount is not 0.
struct ShakeReceipt {
    domain::Fen amount_fen = 0;
    domain::InstantMs drawn_at = 0;
    std::int32_t round = 0;
    bool repeat = false;
    bool replayed = false;
};

/// A place in a waiting list, from 1.
struct WaitReceipt {
    std::uint64_t position = 0;
    bool repeat = false;
    bool replayed = false;
};

/// The user was in the waiting list, and is not any more.
struct LeftWaitlist {};

/// The user has guessed a pass phrase wrong too often, and must wait this long before a new try.
struct TryLater {
    std::int64_t retry_after_s = 0;
};

/// A batch's answer is kept.
struct AnswerIsKept {};

/// The read model did not get as far as the journal in time; another try may succeed.
struct TooFarBehind {};

/// A follower's question was answered without news: there were none, or it was taken back.
struct NoNews {};

using SmallAnswers = domain::Alternatives<domain::Rejection, ShareReceipt, Openable, ShakeReceipt,
                                          WaitReceipt, LeftWaitlist, TryLater, AnswerIsKept,
                                          TooFarBehind, NoNews, persistence::PacketStanding>;

// ---- large answers: see views.hpp, request_key.hpp and topic.hpp ----

struct AccountView;
struct AdministrationReceipt;
struct AdministrationView;
struct CampaignView;
struct ExternalPaymentReceipt;
struct KeptAnswer;
struct MentionView;
struct OrderRefusal;
struct OrderView;
struct PacketView;
struct SaleView;
struct SuspendedRefusal;
struct SuspendedView;
struct TradeReceipt;
class RequestKey; // the claim, as the answer to a request for it

using EntryPage = persistence::Page<persistence::Entry>;
using ClaimPage = persistence::Page<persistence::ClaimLine>;
using TimelinePage = persistence::Page<persistence::PacketFact>;
using OrderPage = persistence::Page<persistence::OrderSummary>;
using MentionPage = persistence::Page<MentionView>;
using AccountPage = persistence::Page<AccountView>;
using PacketPage = persistence::Page<PacketView>;
using CampaignPage = persistence::Page<persistence::CampaignSummary>;
using SalePage = persistence::Page<persistence::SaleSummary>;
using SuspendedPage = persistence::Page<persistence::SuspendedPayment>;
using OperationPage = persistence::Page<domain::Record>;
using MovementPage = persistence::Page<persistence::Movement>;
using StatementPage = persistence::Page<persistence::StatementLine>;
using DayPage = persistence::Page<persistence::BooksDay>;

using LargeAnswers =
    domain::Alternatives<AccountView, PacketView, CampaignView, SaleView, OrderView, OrderRefusal,
                         ExternalPaymentReceipt, SuspendedView, SuspendedRefusal, TradeReceipt,
                         domain::SendPreview, RequestKey, KeptAnswer, NewsPtr, EntryPage, ClaimPage,
                         TimelinePage, MentionPage, AccountPage, PacketPage, CampaignPage, SalePage,
                         OrderPage, SuspendedPage, OperationPage, MovementPage, StatementPage,
                         DayPage, AdministrationReceipt, AdministrationView,
                         persistence::FairnessPage, persistence::Trade, persistence::Audit>;

template <typename T>
concept SmallAnswer = domain::IsAmong<T, SmallAnswers>::value;
template <typename T>
concept LargeAnswer = domain::IsAmong<T, LargeAnswers>::value;

class Answer {
  public:
    /// A place for an answer that has yet to come.
    Answer() = default;
    template <SmallAnswer T>
    Answer(const T& small) : held_(small) {}
    /// Never null.
    template <LargeAnswer T>
    Answer(std::unique_ptr<T> large) : held_(Box{kind_of<T>, large.release()}) {}
    template <LargeAnswer T>
    Answer(T&& large) : Answer(std::make_unique<T>(std::move(large))) {}

    Answer(Answer&& other) noexcept : held_(std::exchange(other.held_, Held{})) {}
    Answer& operator=(Answer&& other) noexcept {
        if (this != &other) {
            drop_box();
            held_ = std::exchange(other.held_, Held{});
        }
        return *this;
    }
    ~Answer() { drop_box(); }

    /// The answer, if it is of this kind; otherwise null.
    template <SmallAnswer T>
    const T* get_if() const {
        return std::get_if<T>(&held_);
    }
    template <LargeAnswer T>
    const T* get_if() const {
        return content<T>();
    }
    template <LargeAnswer T>
    T* get_if() {
        return content<T>();
    }

    template <typename T>
    bool is() const {
        return get_if<T>() != nullptr;
    }

    /// The answer, which is of this kind.
    template <typename T>
    const T& get() const {
        const T* const found = get_if<T>();
        domain::invariant(found != nullptr, "a request is answered with what it asked for");
        return *found;
    }

    /// The same, taken out.
    template <LargeAnswer T>
    std::unique_ptr<T> take() {
        std::unique_ptr<T> taken(content<T>());
        domain::invariant(taken != nullptr, "a request is answered with what it asked for");
        held_ = Held{};
        return taken;
    }

    /// Calls `visitor` with the answer; there must be a case for each kind, small and large.
    template <typename Visitor>
    decltype(auto) visit(Visitor&& visitor) const {
        using Result = std::invoke_result_t<Visitor&, const domain::Rejection&>;
        return std::visit(
            [&visitor]<typename T>(const T& small) -> Result {
                if constexpr (std::same_as<T, Box>) {
                    return visit_box<Result>(small, visitor, LargeAnswers{});
                } else {
                    return visitor(small);
                }
            },
            held_);
    }

  private:
    struct Box {
        std::size_t kind;
        void* content; // of that kind, and owned
    };
    template <typename... Small>
    static std::variant<Small..., Box> variant_of(domain::Alternatives<Small...>);
    using Held = decltype(variant_of(SmallAnswers{}));
    static_assert(std::is_trivially_copyable_v<Held> && sizeof(Held) == 40);

    template <typename T, typename... Large>
    static constexpr std::size_t place_among(domain::Alternatives<Large...>) {
        std::size_t place = 0;
        static_cast<void>(((std::same_as<T, Large> || (++place, false)) || ...));
        return place;
    }
    template <LargeAnswer T>
    static constexpr std::size_t kind_of = place_among<T>(LargeAnswers{});

    template <typename T>
    T* content() const {
        const Box* const box = std::get_if<Box>(&held_);
        return box != nullptr && box->kind == kind_of<T> ? static_cast<T*>(box->content) : nullptr;
    }

    template <typename Result, typename Visitor, typename... Large>
    static Result visit_box(const Box& box, Visitor& visitor, domain::Alternatives<Large...>) {
        using Case = Result (*)(Visitor&, const void*);
        static constexpr Case cases[] = {[](Visitor& called, const void* content) -> Result {
            return called(*static_cast<const Large*>(content));
        }...};
        return cases[box.kind](visitor, box.content);
    }

    void drop_box() noexcept {
        if (const Box* const box = std::get_if<Box>(&held_)) {
            free_box(*box);
        }
    }
    static void free_box(const Box& box) noexcept;

    Held held_;
};

} // namespace hongbao::actors
