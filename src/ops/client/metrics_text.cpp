// Role: reads line by line: comments, or a name, labels and a number.
#include "ops/client/metrics_text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace hongbao::ops {

namespace {

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

/// What is left of a line, taken from its front.
class Line {
  public:
    explicit Line(std::string_view rest) : rest_(rest) {}

    bool at_end() const { return rest_.empty(); }
    bool take(char c) {
        const bool is_there = !rest_.empty() && rest_.front() == c;
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }
    void skip_blanks() {
        while (take(' ') || take('\t')) {
        }
    }
    /// Empty if none begins here.
    std::string_view name() {
        std::size_t size = 0;
        while (size < rest_.size() && (begins_name(rest_[size]) ||
                                       (size > 0 && rest_[size] >= '0' && rest_[size] <= '9'))) {
            ++size;
        }
        return taken(size);
    }
    /// "text" with \\, \" and \n in it.
    std::optional<std::string> quoted() {
        if (!take('"')) {
            return std::nullopt;
        }
        std::string text;
        while (!rest_.empty() && rest_.front() != '"') {
            if (!take('\\')) {
                text += taken(1);
            } else if (take('n')) {
                text += '\n';
            } else if (!rest_.empty() && (rest_.front() == '\\' || rest_.front() == '"')) {
                text += taken(1);
            } else {
                return std::nullopt;
            }
        }
        return take('"') ? std::optional(std::move(text)) : std::nullopt;
    }
    std::optional<double> number() {
        const std::string_view word = taken(std::min(rest_.find_first_of(" \t"), rest_.size()));
        constexpr double infinity = std::numeric_limits<double>::infinity();
        if (word == "+Inf" || word == "-Inf" || word == "NaN") {
            return word == "NaN" ? std::numeric_limits<double>::quiet_NaN()
                                 : (word == "+Inf" ? infinity : -infinity);
        }
        double value = 0;
        const char* const end = word.data() + word.size();
        const auto read = std::from_chars(word.data(), end, value);
        return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
    }

  private:
    std::string_view taken(std::size_t size) {
        const std::string_view front = rest_.substr(0, size);
        rest_.remove_prefix(front.size());
        return front;
    }
    std::string_view rest_;
};

/// What is wrong with them, after the brace; nullptr: nothing.
const char* take_labels(Line& line, MetricLabels& labels) {
    bool more = !line.take('}');
    while (more) {
        const std::string name(line.name());
        if (name.empty() || name.find(':') != name.npos || !line.take('=')) {
            return "a label needs a name and =";
        }
        auto value = line.quoted();
        if (!value) {
            return "a label's value has to be in quotation marks";
        }
        if (!labels.emplace(name, std::move(*value)).second) {
            return "a label is there twice";
        }
        const bool goes_on = line.take(',');
        more = !line.take('}');
        if (more && !goes_on) {
            return "after a label comes a comma or a brace";
        }
    }
    return nullptr;
}

/// The samples that were read, to find one that is there twice without comparing each with all.
using Seen = std::set<std::pair<std::string, MetricLabels>>;

/// What is wrong with a line that is not empty and no comment; nullptr: nothing.
const char* take_sample(Line line, Metrics& metrics, Seen& seen) {
    MetricSample sample;
    const std::string_view name = line.name();
    if (name.empty()) {
        return "a sample begins with a name";
    }
    if (line.take('{')) {
        if (const char* const fault = take_labels(line, sample.labels)) {
            return fault;
        }
    } else if (!line.take(' ') && !line.take('\t')) {
        return "after the name come labels or a blank";
    }
    line.skip_blanks();
    const auto value = line.number();
    if (!value) {
        return "the value is no number";
    }
    line.skip_blanks();
    if (!line.at_end() && !line.number()) { // a time
        return "something stands behind the value";
    }
    if (!line.at_end()) {
        return "something stands behind the time";
    }
    if (!seen.emplace(std::string(name), sample.labels).second) {
        return "this sample is there twice";
    }
    sample.value = *value;
    metrics.add(name, std::move(sample));
    return nullptr;
}

/// "# TYPE name counter"; other comments say nothing.
const char* check_comment(std::string_view text) {
    constexpr std::string_view begins = "# TYPE ";
    if (!text.starts_with(begins)) {
        return nullptr;
    }
    Line line(text.substr(begins.size()));
    if (line.name().empty() || !line.take(' ')) {
        return "a type needs the name of a metric";
    }
    for (const std::string_view type : {"counter", "gauge", "histogram", "summary", "untyped"}) {
        if (text.ends_with(" " + std::string(type))) {
            return nullptr;
        }
    }
    return "there is no such type of metric";
}

} // namespace

std::string_view MetricSample::label(std::string_view name) const {
    const auto found = labels.find(name);
    return found != labels.end() ? std::string_view(found->second) : std::string_view();
}

const Metrics::Samples& Metrics::of(std::string_view name) const {
    static const Samples none;
    const auto found = samples_.find(name);
    return found != samples_.end() ? found->second : none;
}

double Metrics::sum(std::string_view name, double absent) const {
    const Samples& samples = of(name);
    double sum = samples.empty() ? absent : 0;
    for (const MetricSample& sample : samples) {
        sum += sample.value;
    }
    return sum;
}

void Metrics::add(std::string_view name, MetricSample&& sample) {
    samples_[std::string(name)].push_back(std::move(sample));
}

std::variant<Metrics, std::string> parse_metrics(std::string_view text) {
    Metrics metrics;
    Seen seen;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const char* fault = end == text.npos ? "the text ends within a line" : nullptr;
        if (fault == nullptr && line.starts_with('#')) {
            fault = check_comment(line);
        } else if (fault == nullptr && !line.empty()) {
            fault = take_sample(Line(line), metrics, seen);
        }
        if (fault != nullptr) {
            return "line " + std::to_string(number) + ": " + fault;
        }
        text.remove_prefix(end + 1);
    }
    return metrics;
}

} // namespace hongbao::ops
