// Role: three columns: the verdict, the check, the sentence with what to do below it.
#include "ops/doctor/report.hpp"

#include "ops/cli/version.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace hongbao::ops::doctor {

namespace {

constexpr std::size_t verdict_columns = 9;
constexpr std::size_t columns_most = 100;
constexpr std::size_t name_columns = 15;
constexpr std::size_t text_columns_min = 20;
/// Goes up only if a reader of today would misread what is printed then.
constexpr int json_format = 1;

/// Characters, not bytes.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t columns) {
    const std::size_t width = width_of(text);
    return std::string(text) + std::string(columns - std::min(columns, width), ' ');
}

/// Lines of at most `columns`, each with `indent` blanks in front but the first.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t columns) {
    if (columns == 0) {
        return text;
    }
    const std::size_t room = std::max(columns - std::min(columns, indent), text_columns_min);
    std::istringstream words(text);
    std::string lines;
    std::size_t used = 0;
    for (std::string word; words >> word;) {
        const std::size_t width = width_of(word);
        if (used > 0 && used + 1 + width > room) {
            lines += "\n" + std::string(indent, ' ');
            used = 0;
        }
        lines += (used > 0 ? " " : "") + word;
        used += (used > 0 ? 1 : 0) + width;
    }
    return lines;
}

const char* colour_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::ok: return "\033[32m";
    case Verdict::note: return "\033[36m";
    case Verdict::warning: return "\033[33m";
    case Verdict::fault: return "\033[1;31m";
    }
    return "";
}

/// Names of files may hold what moves a terminal's cursor.
std::string shown(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string plain;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20U && c != '\n') || byte == 0x7FU) {
            plain.append({'\\', 'x', digits[byte >> 4U], digits[byte & 15U]});
        } else {
            plain += c;
        }
    }
    return plain;
}

std::string coloured(std::string_view text, Verdict verdict, const Page& page) {
    return page.is_coloured ? colour_of(verdict) + std::string(text) + "\033[0m"
                            : std::string(text);
}

std::string advice_of(const Finding& finding) {
    if (finding.fixes.empty()) {
        return finding.advice;
    }
    return finding.advice.empty() ? "--fix does that" : finding.advice + " (--fix does that)";
}

void print(const Section& section, const Page& page, std::string& text) {
    constexpr std::size_t indent = verdict_columns + name_columns;
    bool is_first = true;
    for (const Finding& finding : section.findings) {
        text += coloured(padded(word_of(finding.verdict), verdict_columns), finding.verdict, page);
        text += padded(is_first ? section.name : "", name_columns);
        text += wrapped(shown(finding.says), indent, page.columns) + "\n";
        if (const std::string advice = advice_of(finding); !advice.empty()) {
            text += std::string(indent, ' ') + "→ " +
                    wrapped(shown(advice), indent + 2, page.columns) + "\n";
        }
        is_first = false;
    }
}

std::string summary_of(const Report& report) {
    std::string words = std::to_string(report.count(Verdict::ok)) + " ok";
    for (const auto& [verdict, one, many] : {std::tuple{Verdict::note, " note", " notes"},
                                             std::tuple{Verdict::warning, " warning", " warnings"},
                                             std::tuple{Verdict::fault, " fault", " faults"}}) {
        if (const std::size_t count = report.count(verdict); count > 0) {
            words += ", " + std::to_string(count) + (count == 1 ? one : many);
        }
    }
    return words;
}

} // namespace

Verdict Section::worst() const {
    Verdict worst = Verdict::ok;
    for (const Finding& finding : findings) {
        worst = std::max(worst, finding.verdict);
    }
    return worst;
}

Verdict Report::worst() const {
    Verdict worst = Verdict::ok;
    for (const Section& section : sections) {
        worst = std::max(worst, section.worst());
    }
    return worst;
}

std::size_t Report::count(Verdict verdict) const {
    std::size_t count = 0;
    for (const Section& section : sections) {
        count += static_cast<std::size_t>(
            std::ranges::count(section.findings, verdict, &Finding::verdict));
    }
    return count;
}

Page page_of_stdout() {
    Page page{columns_most, false};
    if (::isatty(STDOUT_FILENO) == 0) {
        return page;
    }
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        page.columns = std::min<std::size_t>(columns_most, size.ws_col);
    }
    const char* const no_colour = std::getenv("NO_COLOR");
    const char* const terminal = std::getenv("TERM");
    page.is_coloured = (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr &&
                       std::string_view(terminal) != "dumb";
    return page;
}

std::string text_of(const Report& report, const Page& page) {
    std::string text;
    for (const Section& section : report.sections) {
        print(section, page, text);
    }
    for (const std::string& what : report.mended) {
        text += wrapped("mended: " + shown(what), 2, page.columns) + "\n";
    }
    for (const std::string& what : report.not_mended) {
        text += wrapped("not mended: " + shown(what), 2, page.columns) + "\n";
    }
    return text + "\n" + coloured(summary_of(report), report.worst(), page) + "\n";
}

nlohmann::json json_of(const Report& report) {
    nlohmann::json checks = nlohmann::json::array();
    for (const Section& section : report.sections) {
        nlohmann::json findings = nlohmann::json::array();
        for (const Finding& finding : section.findings) {
            findings.push_back({{"verdict", word_of(finding.verdict)},
                                {"says", finding.says},
                                {"advice", finding.advice},
                                {"can_fix", !finding.fixes.empty()},
                                {"figures", finding.figures}});
        }
        checks.push_back({{"name", section.name},
                          {"verdict", word_of(section.worst())},
                          {"findings", std::move(findings)}});
    }
    return {{"format", json_format},
            {"verdict", word_of(report.worst())},
            {"version", version},
            {"data_dir", report.data_dir},
            {"checks", std::move(checks)},
            {"mended", report.mended},
            {"not_mended", report.not_mended}};
}

} // namespace hongbao::ops::doctor
