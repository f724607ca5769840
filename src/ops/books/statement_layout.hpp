// Role: what the columns of a statement mean: those of WeChat Pay's (微信支付) and Alipay's
// (支付宝) files, which are known by their first columns, and those that the flags name. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::ops {

enum class MoneyUnit : std::uint8_t { yuan, fen };

/// By flags; empty is not said.
struct ColumnNames {
    std::string reference;
    std::string amount;
    std::string refund;
    std::string time;
};

/// Where in a row what stands. Of a row, `amount` came in and `refund` went out; an amount below
/// zero went out, too.
struct StatementLayout {
    std::string name; // in reports
    std::size_t columns = 0;
    std::size_t reference = 0;
    std::optional<std::size_t> refund_reference{}; // of rows that went out
    std::size_t amount = 0;
    std::optional<std::size_t> refund{};
    std::optional<std::size_t> time{};
    std::optional<std::size_t> kind{}; // words that say what a row is
    std::string_view refund_kind{};    // rows of this kind went out, by `refund` or by `amount`
    std::optional<std::size_t> other_kind{};     // words that say whether it is a payment
    std::vector<std::string_view> other_kinds{}; // words with this in them: it is none
    MoneyUnit unit = MoneyUnit::yuan;
    std::vector<std::string> names{}; // of all columns
};

/// The words of --layout.
inline constexpr std::string_view layout_words[] = {"auto", "wechat", "alipay", "columns"};

/// The layout of a file whose row of names this is; nothing if the row is none, since files have
/// lines before it. `layout` is a word, `unit` may be nothing. Otherwise what keeps it from being
/// read: a column that the flags name is not there, or nothing says what the amounts are in.
std::variant<std::optional<StatementLayout>, std::string>
find_layout(const std::vector<std::string>& row, std::string_view layout,
            const ColumnNames& columns, const std::optional<MoneyUnit>& unit);

/// Without blanks, tabs, and the apostrophe and backtick that keep spreadsheets from taking it for
/// a number.
std::string bare(std::string_view field);

/// In fen: "12.30", "-1,234.5", "¥0.01", "+3"; of fen whole numbers alone. Nothing if it is none.
std::optional<std::int64_t> parse_amount(std::string_view text, MoneyUnit unit);

} // namespace hongbao::ops
