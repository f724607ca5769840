// Role: two sorted lists, walked together.
#include "ops/books/matching.hpp"

#include <algorithm>
#include <compare>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <tuple>

namespace hongbao::ops {

namespace {

using Tell = std::function<void(const Match&)>;
using Lines = std::vector<const PaymentLine*>;

struct Key {
    std::string_view reference;
    bool goes_out = false;

    auto operator<=>(const Key&) const = default;
};

Key key_of(const Payments& payments, const PaymentLine& line) {
    return {payments.reference_of(line), line.amount_fen < 0};
}

/// What is asked for comes before what is at the edge.
void sort(Payments& payments) {
    std::ranges::sort(payments.lines, [&](const PaymentLine& left, const PaymentLine& right) {
        return std::tuple(key_of(payments, left), left.is_at_edge, left.at, left.number) <
               std::tuple(key_of(payments, right), right.is_at_edge, right.at, right.number);
    });
}

/// The lines of the next key, taken from `left`.
Lines take_key(const Payments& payments, std::span<const PaymentLine>& left, const Key& key) {
    Lines lines;
    while (!left.empty() && key_of(payments, left.front()) == key) {
        lines.push_back(&left.front());
        left = left.subspan(1);
    }
    return lines;
}

/// Something that is at the edge on the only side that has it is nobody's difference.
void tell_if_asked_for(const Tell& tell, const Match& match) {
    const bool is_asked_for = (match.theirs != nullptr && !match.theirs->is_at_edge) ||
                              (match.ours != nullptr && !match.ours->is_at_edge);
    if (is_asked_for) {
        tell(match);
    }
}

/// Pairs lines of one amount, and takes them out of both.
void pair_equal(Lines& theirs, Lines& ours, const Tell& tell) {
    if (theirs.empty() || ours.empty()) {
        return;
    }
    std::map<domain::Fen, std::deque<const PaymentLine*>> by_amount;
    for (const PaymentLine* our : ours) {
        by_amount[our->amount_fen].push_back(our);
    }
    std::set<const PaymentLine*> paired;
    std::erase_if(theirs, [&](const PaymentLine* their) {
        const auto equal = by_amount.find(their->amount_fen);
        if (equal == by_amount.end() || equal->second.empty()) {
            return false;
        }
        tell_if_asked_for(tell, {MatchClass::matched, their, equal->second.front()});
        paired.insert(equal->second.front());
        equal->second.pop_front();
        return true;
    });
    std::erase_if(ours, [&](const PaymentLine* our) { return paired.contains(our); });
}

/// Without a reference nothing is the same as anything.
void tell_each(const Lines& theirs, const Lines& ours, const Tell& tell) {
    for (const PaymentLine* their : theirs) {
        tell_if_asked_for(tell, {MatchClass::only_theirs, their, nullptr});
    }
    for (const PaymentLine* our : ours) {
        tell_if_asked_for(tell, {MatchClass::only_ours, nullptr, our});
    }
}

/// All lines of one reference.
void match_key(Lines theirs, Lines ours, const Tell& tell) {
    const bool is_on_both = !theirs.empty() && !ours.empty();
    if (theirs.size() == 1 && ours.size() == 1) { // nearly all
        const bool is_equal = theirs[0]->amount_fen == ours[0]->amount_fen;
        return tell_if_asked_for(tell, {is_equal ? MatchClass::matched : MatchClass::amount_differs,
                                        theirs[0], ours[0]});
    }
    pair_equal(theirs, ours, tell);
    const std::size_t pairs = std::min(theirs.size(), ours.size());
    for (std::size_t i = 0; i < pairs; ++i) {
        tell_if_asked_for(tell, {MatchClass::amount_differs, theirs[i], ours[i]});
    }
    for (std::size_t i = pairs; i < theirs.size(); ++i) {
        const bool is_again = is_on_both || i > 0;
        tell_if_asked_for(tell, {is_again ? MatchClass::twice_theirs : MatchClass::only_theirs,
                                 theirs[i], nullptr});
    }
    for (std::size_t i = pairs; i < ours.size(); ++i) {
        const bool is_again = is_on_both || i > 0;
        tell_if_asked_for(
            tell, {is_again ? MatchClass::twice_ours : MatchClass::only_ours, nullptr, ours[i]});
    }
}

} // namespace

void match(Payments& theirs, Payments& ours, const Tell& tell) {
    sort(theirs);
    sort(ours);
    std::span<const PaymentLine> their_rest(theirs.lines);
    std::span<const PaymentLine> our_rest(ours.lines);
    while (!their_rest.empty() || !our_rest.empty()) {
        Key key;
        if (their_rest.empty()) {
            key = key_of(ours, our_rest.front());
        } else if (our_rest.empty()) {
            key = key_of(theirs, their_rest.front());
        } else {
            key = std::min(key_of(theirs, their_rest.front()), key_of(ours, our_rest.front()));
        }
        const Lines their_lines = take_key(theirs, their_rest, key);
        const Lines our_lines = take_key(ours, our_rest, key);
        if (key.reference.empty()) {
            tell_each(their_lines, our_lines, tell);
        } else {
            match_key(their_lines, our_lines, tell);
        }
    }
}

} // namespace hongbao::ops
