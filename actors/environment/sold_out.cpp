// Role: a set of users as bits, and one look-up under a shared lock.
#include "actors/environment/sold_out.hpp"

#include <bit>
#include <functional>
#include <mutex>

namespace hongbao::actors {

namespace {

constexpr std::size_t bits_per_member =
    10; // with seven places each: 0.8 % of strangers are taken for members
constexpr std::size_t places_per_member = 7;
constexpr std::size_t bits_per_word = 64;

/// The places of a member follow from the two halves of one hash: good enough for a filter, and it
/// costs only one hash.
template <typename Visit>
void for_each_place(std::string_view user_id, std::size_t word_count, Visit visit) {
    const std::uint64_t hash = std::hash<std::string_view>{}(user_id)*0x9E3779B97F4A7C15ULL;
    const std::uint64_t step = (hash >> 32U) | 1U;
    for (std::size_t i = 0; i < places_per_member; ++i) {
        const std::uint64_t bit = (hash + i * step) & (word_count * bits_per_word - 1);
        if (!visit(bit / bits_per_word, std::uint64_t{1} << (bit % bits_per_word))) {
            return;
        }
    }
}

} // namespace

UserFilter::UserFilter(std::size_t members_max)
    : members_max_(members_max),
      words_(std::bit_ceil(1 + members_max * bits_per_member / bits_per_word)) {}

void UserFilter::add(std::string_view user_id) {
    for_each_place(user_id, words_.size(), [this](std::uint64_t word, std::uint64_t bit) {
        words_[word].fetch_or(bit, std::memory_order_relaxed);
        return true;
    });
    size_ += 1;
}

bool UserFilter::may_contain(std::string_view user_id) const {
    bool contains = true;
    for_each_place(user_id, words_.size(), [&](std::uint64_t word, std::uint64_t bit) {
        contains = (words_[word].load(std::memory_order_relaxed) & bit) != 0;
        return contains;
    });
    return contains;
}

bool SoldOutBoard::is_certainly_sold_out(const domain::ReserveUnits& command,
                                         domain::InstantMs now) const {
    std::shared_ptr<const SoldOutSale> sale;
    {
        const std::shared_lock lock(mutex_);
        const auto found = sales_.find(command.sale_id);
        if (found == sales_.end()) {
            return false;
        }
        sale = found->second;
    }
    // Everyone who had taken units was added before the sale was shown as sold out.
    return now < sale->sold_out_until.load() && now >= sale->starts_at &&
           command.quantity <= sale->per_user_limit && !sale->holders.may_contain(command.user_id);
}

void SoldOutBoard::put(domain::SaleId sale_id, std::shared_ptr<const SoldOutSale> sale) {
    const std::unique_lock lock(mutex_);
    sales_[sale_id] = std::move(sale);
}

void SoldOutBoard::remove(domain::SaleId sale_id) {
    const std::unique_lock lock(mutex_);
    sales_.erase(sale_id);
}

} // namespace hongbao::actors
