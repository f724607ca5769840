// Role: what the rule gave a share to expect when it was drawn, and how lucky it was (rule 11).
// Pure. Figures for people, in fen with fractions: nothing is decided by them, so they stay out of
// the domain.
#pragma once

#include "domain/packet/events.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hongbao::persistence {

/// What the figures of a share are seen from: equal shares leave nothing to luck; a share that is
/// drawn when it is opened, from what was left then; of shares that were all drawn at the send,
/// each place is as good as another.
enum class LuckBasis : std::uint8_t { none, at_open, at_send };

struct Expectation {
    double mean = 0;
    double deviation = 0; // standard; 0: the share could be worth nothing else
};

/// By its z, the distance from the mean in deviations: below −1.5, below −0.5, up to 0.5, up to
/// 1.5, above. Without a deviation as_expected.
enum class Luck : std::uint8_t { much_less, less, as_expected, more, much_more };

struct ShareLuck {
    std::uint64_t place = 0; // from 1, in the order of opening
    domain::UserId user_id;
    domain::Fen amount_fen = 0;
    Expectation expected;

    std::optional<double> z() const;
    Luck luck() const;
};

/// The expectations of one packet's shares.
class Fairness {
  public:
    explicit Fairness(const domain::PacketSent& terms);

    LuckBasis basis() const { return basis_; }
    /// Of the share at `place`, for which `left_fen` were left before it. double_mean on open is
    /// exact. Of line_cut the deviation is exact, too; with more than 2,000 shares it takes no
    /// account of the cap, which then changes it by less than a hundredth. double_mean up front:
    /// but for the rounding of means to whole fen.
    Expectation of(std::uint64_t place, domain::Fen left_fen) const;

  private:
    const domain::PacketSent& terms_; // outlives this
    LuckBasis basis_;
    Expectation at_send_;
};

/// A page of a packet's opened shares with their luck.
struct FairnessPage {
    std::vector<ShareLuck> items;
    std::optional<std::uint64_t> next_cursor;
    bool is_elsewhere = false; // as of other pages
    domain::Sequence as_of = 0;
    LuckBasis basis = LuckBasis::none;
    std::uint64_t opened_count = 0;
    /// Of all opened shares that have a z; about 1 where the rule was kept. Nothing if there is
    /// none, and above 200 opened shares, so that a page costs only itself.
    std::optional<double> mean_square_z;
};

} // namespace hongbao::persistence
