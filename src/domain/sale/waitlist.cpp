// Role: numbers to positions and back, round the gaps.
#include "domain/sale/waitlist.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

constexpr std::size_t lowest_bit(std::size_t i) {
    return i & (~i + 1);
}

} // namespace

Waitlist::Place Waitlist::at(std::size_t index) const {
    if (gap_count_ == 0) {
        return places_[index];
    }
    std::uint64_t first = left_count_ + 1 + index; // the least number that it can have
    std::uint64_t last = joined_count();
    while (first < last) {
        const std::uint64_t middle = first + (last - first) / 2;
        if (waiting_up_to(middle) > index) {
            last = middle;
        } else {
            first = middle + 1;
        }
    }
    return places_[first - left_count_ - 1];
}

std::uint64_t Waitlist::join(Place place) {
    places_.push_back(place);
    return joined_count();
}

void Waitlist::leave(std::uint64_t number) {
    invariant(number > left_count_ && number <= joined_count() && place_at(number) != gap,
              "only who waits leaves the waiting list");
    if (number != left_count_ + 1) {
        return count_gap(number);
    }
    places_.pop_front();
    left_count_ += 1;
    while (!places_.empty() && places_.front() == gap) {
        forget_gap(left_count_ + 1);
        places_.pop_front();
        left_count_ += 1;
    }
}

void Waitlist::add_gap() {
    invariant(!places_.empty(), "the head of a waiting list waits");
    places_.push_back(gap);
    count_gap(joined_count());
}

std::uint64_t Waitlist::waiting_up_to(std::uint64_t number) const {
    return number - left_count_ - gaps_up_to(number);
}

std::uint64_t Waitlist::gaps_up_to(std::uint64_t number) const {
    if (gap_count_ == 0) {
        return 0;
    }
    const std::uint64_t block = block_of(number);
    std::uint64_t gaps = 0;
    for (std::size_t i = std::min<std::size_t>(block, tree_.size() - 1); i > 0;
         i -= lowest_bit(i)) {
        gaps += tree_[i];
    }
    const std::uint64_t before_block = (first_block_ + block) * numbers_per_block;
    const auto begin = std::max(before_block, left_count_) - left_count_;
    return gaps + static_cast<std::uint64_t>(std::count(
                      places_.begin() + static_cast<std::ptrdiff_t>(begin),
                      places_.begin() + static_cast<std::ptrdiff_t>(number - left_count_), gap));
}

void Waitlist::count_gap(std::uint64_t number) {
    if (gap_count_ == 0) {
        first_block_ = left_count_ / numbers_per_block;
        tree_.assign(1, 0);
    }
    place_at(number) = gap;
    gap_count_ += 1;
    const std::size_t block = block_of(number) + 1;
    while (tree_.size() <= block) { // what is added stands for blocks that are there
        const std::size_t added = tree_.size();
        std::uint32_t gaps = 0;
        for (std::size_t i = added - 1; i > added - lowest_bit(added); i -= lowest_bit(i)) {
            gaps += tree_[i];
        }
        tree_.push_back(gaps);
    }
    for (std::size_t i = block; i < tree_.size(); i += lowest_bit(i)) {
        tree_[i] += 1;
    }
}

void Waitlist::forget_gap(std::uint64_t number) {
    gap_count_ -= 1;
    if (gap_count_ == 0) {
        return std::vector<std::uint32_t>().swap(tree_);
    }
    for (std::size_t i = block_of(number) + 1; i < tree_.size(); i += lowest_bit(i)) {
        tree_[i] -= 1;
    }
}

} // namespace hongbao::domain
