// Role: tells layouts by the names of their columns. Sources: the bills' formats as WeChat Pay's
// and Alipay's documentation for merchants gives them (交易账单, 资金账单; 业务明细, 账务明细).
#include "ops/books/statement_layout.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace hongbao::ops {

namespace {

using Names = std::vector<std::string>;

/// Brackets are written wide in some files, and narrow in others.
std::string plain_name(std::string_view field) {
    std::string name = bare(field);
    for (const auto& [wide, narrow] :
         {std::pair<std::string_view, char>{"（", '('}, {"）", ')'}, {"＋", '+'}, {"－", '-'}}) {
        for (std::size_t at = name.find(wide); at != std::string::npos; at = name.find(wide)) {
            name.replace(at, wide.size(), 1, narrow);
        }
    }
    return name;
}

std::optional<std::size_t> place_of(const Names& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    return found != names.end() ? std::optional(static_cast<std::size_t>(found - names.begin()))
                                : std::nullopt;
}

/// A file of a provider: the columns by which it is known are there.
struct Known {
    std::string_view provider; // a word of --layout
    std::string_view name;
    std::string_view reference;
    std::string_view refund_reference;
    std::string_view amount;
    std::string_view refund;
    std::string_view time;
    std::string_view kind;
    std::string_view refund_kind;
    std::vector<std::string_view> other_kinds;
};
const std::array<Known, 5>& known_layouts() {
    static const std::array<Known, 5> all{{
        {"wechat",
         "WeChat Pay, payments (微信支付 交易账单)",
         "微信订单号",
         "微信退款单号",
         "订单金额",
         "退款金额",
         "交易时间",
         "交易状态",
         "REFUND",
         {"REVOKED"}},
        // As it was before the coupons had columns of their own.
        {"wechat",
         "WeChat Pay, payments (微信支付 交易账单)",
         "微信订单号",
         "微信退款单号",
         "总金额",
         "退款金额",
         "交易时间",
         "交易状态",
         "REFUND",
         {"REVOKED"}},
        {"wechat",
         "WeChat Pay, funds (微信支付 资金账单)",
         "微信支付业务单号",
         "",
         "收支金额(元)",
         "",
         "记账时间",
         "收支类型",
         "支出",
         {}},
        {"alipay",
         "Alipay, payments (支付宝 业务明细)",
         "支付宝交易号",
         "",
         "订单金额(元)",
         "",
         "完成时间",
         "业务类型",
         "退款",
         {}},
        {"alipay",
         "Alipay, funds (支付宝 账务明细)",
         "业务流水号",
         "",
         "收入金额(+元)",
         "支出金额(-元)",
         "发生时间",
         "业务类型",
         "",
         {"收费", "服务费", "手续费"}},
    }};
    return all;
}

std::optional<StatementLayout> layout_of(const Known& known, const Names& names) {
    StatementLayout layout;
    layout.name = known.name;
    const auto find = [&](std::string_view name) {
        return name.empty() ? std::nullopt : place_of(names, name);
    };
    const auto reference = find(known.reference);
    const auto amount = find(known.amount);
    layout.refund = find(known.refund);
    layout.time = find(known.time);
    layout.kind = find(known.kind);
    layout.refund_reference = find(known.refund_reference);
    const bool is_it = reference && amount && layout.time && layout.kind &&
                       (known.refund.empty() || layout.refund);
    if (!is_it) {
        return std::nullopt;
    }
    layout.reference = *reference;
    layout.amount = *amount;
    layout.refund_kind = known.refund_kind;
    layout.other_kind = layout.kind;
    layout.other_kinds = known.other_kinds;
    // WeChat Pay takes its fees from the funds under the payment's own number.
    if (const auto business = find("业务类型");
        known.name.find("资金账单") != std::string::npos && business) {
        layout.other_kind = business;
        layout.other_kinds = {"手续费"};
    }
    layout.columns = names.size();
    layout.names = names;
    return layout;
}

std::optional<MoneyUnit> unit_of_name(std::string_view name) {
    if (name.ends_with("_fen") || name.find("分)") != std::string::npos) {
        return MoneyUnit::fen;
    }
    return name.find("元") != std::string::npos ? std::optional(MoneyUnit::yuan) : std::nullopt;
}

} // namespace

std::string bare(std::string_view field) {
    constexpr std::string_view around = " \t\r\n`'";
    const std::size_t first = field.find_first_not_of(around);
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(field.substr(first, field.find_last_not_of(" \t\r\n") + 1 - first));
}

std::variant<std::optional<StatementLayout>, std::string>
find_layout(const std::vector<std::string>& row, std::string_view word, const ColumnNames& columns,
            const std::optional<MoneyUnit>& unit) {
    Names names;
    for (const std::string& field : row) {
        names.push_back(plain_name(field));
    }
    std::optional<StatementLayout> layout;
    for (const Known& known : known_layouts()) {
        if (!layout && (word == "auto" || word == known.provider)) {
            layout = layout_of(known, names);
        }
    }
    const bool is_by_columns = word == "columns" || (word == "auto" && !layout);
    if (is_by_columns) {
        const auto reference = place_of(names, columns.reference);
        const auto amount = place_of(names, columns.amount);
        if (columns.reference.empty() || columns.amount.empty() || !reference || !amount) {
            return std::optional<StatementLayout>();
        }
        layout.emplace();
        layout->name = "columns " + columns.reference + " and " + columns.amount;
        layout->columns = names.size();
        layout->names = names;
        layout->reference = *reference;
        layout->amount = *amount;
        const auto found = unit ? unit : unit_of_name(columns.amount);
        if (!found) {
            return "nothing says whether " + columns.amount +
                   " is in yuan or in fen: --amounts yuan or --amounts fen";
        }
        layout->unit = *found;
    }
    if (!layout) {
        return std::optional<StatementLayout>();
    }
    layout->unit = unit.value_or(layout->unit);
    struct Named {
        const char* flag;
        const std::string& name;
        std::function<void(std::size_t)> set;
    };
    for (const auto& [flag, name, set] :
         {Named{"--reference-column", columns.reference,
                [&](std::size_t place) {
                    layout->reference = place;
                    layout->refund_reference.reset();
                }},
          Named{"--amount-column", columns.amount,
                [&](std::size_t place) { layout->amount = place; }},
          Named{"--refund-column", columns.refund,
                [&](std::size_t place) { layout->refund = place; }},
          Named{"--time-column", columns.time, [&](std::size_t place) { layout->time = place; }}}) {
        if (name.empty()) {
            continue;
        }
        const auto place = place_of(names, name);
        if (!place) {
            return std::string(flag) + " " + name + ": the statement has no such column";
        }
        set(*place);
    }
    return layout;
}

std::optional<std::int64_t> parse_amount(std::string_view text, MoneyUnit unit) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    for (const std::string_view sign : {"¥", "￥"}) {
        if (text.starts_with(sign)) {
            text.remove_prefix(sign.size());
        }
    }
    const std::size_t point = text.find('.');
    std::string digits;
    std::size_t since_comma = 3;
    bool has_comma = false;
    for (const char character : text.substr(0, point)) {
        if (character == ',') {
            if (digits.empty() || since_comma < (has_comma ? 3U : 1U) || since_comma > 3) {
                return std::nullopt;
            }
            has_comma = true;
            since_comma = 0;
        } else if (character >= '0' && character <= '9') {
            since_comma = digits.empty() ? 1 : since_comma + 1;
            digits += character;
        } else {
            return std::nullopt;
        }
    }
    std::string_view fraction =
        point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    const bool is_whole = point == std::string_view::npos;
    const std::size_t places = unit == MoneyUnit::yuan ? 2 : 0;
    const bool is_fraction_sound =
        (is_whole || !fraction.empty()) &&
        fraction.find_first_not_of("0123456789") == std::string_view::npos &&
        fraction.substr(std::min(places, fraction.size())).find_first_not_of('0') ==
            std::string_view::npos;
    if (digits.empty() || (has_comma && since_comma != 3) || !is_fraction_sound) {
        return std::nullopt;
    }
    for (std::size_t place = 0; place < places; ++place) {
        digits += place < fraction.size() ? fraction[place] : '0';
    }
    std::int64_t amount = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return is_negative ? -amount : amount;
}

} // namespace hongbao::ops
