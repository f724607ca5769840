// Role: the load that wrk cannot make, for rows S7 to S9 and S13 of ./dev bench. One thread, epoll.
//   burst PORT
//       opens one connection per line "PATH USER" of its input, then posts for all users at once;
//       prints how many answers of each kind came, and how long all took
//   crowd PORT PATH FIRST USERS CONNECTIONS
//       posts once for each of USERS users from number FIRST on, CONNECTIONS of them at a time, and
//       prints the same; after a 503 it asks again
//   idle PORT COUNT
//       opens COUNT connections, says "ready", keeps them until its input ends
//   steady PORT PACKETS_FILE USERS FIRST RATE SECONDS CONNECTIONS
//       an open loop: open number i is due at i / RATE, whatever the server does, and its latency
//       counts from there (no coordinated omission)
//
// Every connection first gets one request answered, so it is an ordinary one kept alive.
// Prints one line `result {JSON}`. Exits with status 1 and the reason on stderr if it could not do
// its work.
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/connections.hpp"

namespace {

using namespace hongbao::bench;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

double seconds(nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

double percentile(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(rank, sorted.size() - 1)];
}

std::string user_id(std::uint64_t number) {
    std::array<char, 24> text;
    std::snprintf(text.data(), text.size(), "u%07ju", number);
    return text.data();
}

// ---- burst ----

/// The kind that an answer is counted as, by its status and body. The numbers in its field `summed`
/// are added up.
struct Kind {
    std::string_view name;
    int status;
    std::string_view says;
    std::string_view summed;
};
constexpr std::string_view amount = R"("amount_fen":)";
constexpr std::array kinds{Kind{"fresh", 200, R"("repeat":false)", amount},
                           Kind{"repeats", 200, R"("repeat":true)", amount},
                           Kind{"packet_exhausted", 409, R"("code":"packet_exhausted")", ""},
                           Kind{"reserved", 201, R"("status":"reserved")", amount},
                           Kind{"already_reserved", 409, R"("code":"already_reserved")", ""},
                           Kind{"sold_out", 409, R"("code":"sold_out")", ""},
                           Kind{"waiting", 202, R"("repeat":false)", R"("position":)"}};

struct Tally {
    std::array<std::size_t, kinds.size()> counts{};
    std::array<std::uint64_t, kinds.size()> sums{};
    std::size_t other = 0;
    std::string first_other;

    void add(const Answer& answer) {
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            if (answer.status == kinds[i].status &&
                answer.body.find(kinds[i].says) != std::string::npos) {
                ++counts[i];
                sums[i] += value_of(kinds[i].summed, answer);
                return;
            }
        }
        if (other++ == 0) {
            first_other = std::to_string(answer.status) + " " + answer.body;
        }
    }

    /// 0 if there is no field to look for.
    static std::uint64_t value_of(std::string_view field, const Answer& answer) {
        if (field.empty()) {
            return 0;
        }
        const std::string_view body = answer.body;
        const auto at = body.find(field);
        if (at == body.npos) {
            fail("an answer without " + std::string(field) + " " + answer.body);
        }
        std::uint64_t value = 0;
        const auto digits = body.substr(at + field.size());
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

    /// `more` are further members of the object.
    void print(double seconds, const std::string& more = "") const {
        if (other != 0) {
            std::fprintf(stderr, "burst: unexpected answer: %s\n", first_other.c_str());
        }
        std::size_t answered = other;
        std::string members;
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            const std::string name(kinds[i].name);
            answered += counts[i];
            members += ", \"" + name + "\": " + std::to_string(counts[i]);
            members +=
                kinds[i].summed.empty() ? "" : ", \"" + name + "_sum\": " + std::to_string(sums[i]);
        }
        std::printf("result {\"answers\": %zu, \"seconds\": %.6f, \"other\": %zu%s%s}\n", answered,
                    seconds, other, members.c_str(), more.c_str());
    }
};

int burst(std::uint16_t port) {
    std::vector<std::pair<std::string, std::string>> asked;
    for (std::string path, user; std::cin >> path >> user;) {
        asked.emplace_back(path, user);
    }
    Connections connections(port, asked.size());
    std::vector<std::string> requests;
    for (const auto& [path, user] : asked) {
        requests.push_back(connections.request(path, user));
    }
    std::vector<Answer> answers(asked.size()); // judged after the clock has stopped
    std::size_t answered = 0;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < asked.size(); ++i) {
        connections[i].send(requests[i]);
    }
    auto ended = began;
    while (answered < asked.size()) {
        const bool any = connections.poll(patience, [&](std::size_t index, const Answer& answer) {
            answers[index] = answer;
            ++answered;
        });
        ended = Clock::now();
        if (!any) {
            fail(std::to_string(asked.size() - answered) + " requests got no answer");
        }
    }
    Tally tally;
    for (const auto& answer : answers) {
        tally.add(answer);
    }
    tally.print(seconds(ended - began));
    return 0;
}

// ---- crowd ----

struct Crowd {
    std::string path;
    std::uint64_t first, users, connections;
};

int crowd(std::uint16_t port, const Crowd& wanted) {
    if (wanted.users == 0 || wanted.connections == 0) {
        fail("a crowd has users and connections");
    }
    Connections connections(port, std::min(wanted.connections, wanted.users));
    std::vector<double> latencies_us;
    latencies_us.reserve(wanted.users);
    std::vector<Clock::time_point> sent_at(connections.size());
    std::size_t sent = 0, asked_again = 0;
    Tally tally;
    const auto ask = [&](std::size_t index) {
        auto& connection = connections[index];
        connection.send(connections.request(wanted.path, user_id(wanted.first + connection.pair)));
    };
    const auto ask_for_next = [&](std::size_t index) {
        connections[index].pair = sent++;
        sent_at[index] = Clock::now();
        ask(index);
    };
    const auto began = Clock::now();
    for (std::size_t i = 0; i < connections.size(); ++i) {
        ask_for_next(i);
    }
    while (latencies_us.size() < wanted.users) {
        const bool any = connections.poll(patience, [&](std::size_t index, const Answer& answer) {
            if (answer.status == 503) {
                ++asked_again;
                return ask(index);
            }
            latencies_us.push_back(seconds(Clock::now() - sent_at[index]) * 1e6);
            tally.add(answer);
            if (sent < wanted.users) {
                ask_for_next(index);
            }
        });
        if (!any) {
            fail(std::to_string(sent - latencies_us.size()) + " requests got no answer");
        }
    }
    const double run_s = seconds(Clock::now() - began);
    std::sort(latencies_us.begin(), latencies_us.end());
    tally.print(run_s, ", \"asked_again\": " + std::to_string(asked_again) +
                           ", \"p50_us\": " + std::to_string(percentile(latencies_us, 0.5)) +
                           ", \"p99_us\": " + std::to_string(percentile(latencies_us, 0.99)) +
                           ", \"max_us\": " + std::to_string(latencies_us.back()));
    return 0;
}

// ---- idle ----

int idle(std::uint16_t port, std::size_t count) {
    const Connections connections(port, count);
    std::puts("ready");
    std::fflush(stdout);
    while (std::cin.get() != std::char_traits<char>::eof()) {
    }
    std::printf("result {\"asked\": %zu, \"open\": %zu}\n", count, connections.still_open());
    return 0;
}

// ---- steady ----

struct Steady {
    std::string packets_file;
    std::uint64_t users, first, rate, run_s, connections;
};

int steady(std::uint16_t port, const Steady& wanted) {
    std::vector<std::string> packets;
    std::ifstream file(wanted.packets_file);
    for (std::string packet; file >> packet;) {
        packets.push_back(packet);
    }
    if (packets.empty() || wanted.rate == 0) {
        fail("no packets in " + wanted.packets_file + ", or no rate");
    }
    ::prctl(PR_SET_TIMERSLACK, 1UL); // or a due request would wait for up to 50 µs more
    Connections connections(port, wanted.connections);
    std::deque<std::size_t> unused;
    for (std::size_t i = 0; i < connections.size(); ++i) {
        unused.push_back(i);
    }
    const std::size_t planned = wanted.rate * wanted.run_s;
    // Those never sent count with the time until the end, the least it can be.
    std::vector<double> latencies_us;
    latencies_us.reserve(planned);
    const auto began = Clock::now();
    const auto end = began + std::chrono::seconds(wanted.run_s);
    const auto due = [&](std::size_t i) {
        return began + nanoseconds(i * 1'000'000'000 / wanted.rate);
    };
    const auto since_due_us = [&](std::size_t i, Clock::time_point now) {
        return seconds(now - due(i)) * 1e6;
    };
    std::size_t sent = 0, not_2xx = 0;
    auto last = began;
    while (latencies_us.size() < sent || (sent < planned && Clock::now() < end)) {
        auto now = Clock::now();
        while (sent < planned && !unused.empty() && due(sent) <= now && now < end) {
            auto& connection = connections[unused.front()];
            unused.pop_front();
            connection.pair = sent;
            const auto pair = wanted.first + sent++;
            connection.send(connections.open_request(packets[pair % packets.size()],
                                                     user_id(pair % wanted.users)));
            now = Clock::now();
        }
        nanoseconds wait = patience;
        if (sent < planned && now < end) {
            wait = std::max(nanoseconds(0), (unused.empty() ? end : due(sent)) - now);
        }
        const bool any = connections.poll(wait, [&](std::size_t index, const Answer& answer) {
            last = Clock::now();
            latencies_us.push_back(since_due_us(connections[index].pair, last));
            not_2xx += answer.status / 100 != 2 ? 1 : 0;
            unused.push_back(index);
        });
        if (!any && wait == patience) {
            fail(std::to_string(sent - latencies_us.size()) + " opens got no answer");
        }
    }
    const auto answers = latencies_us.size();
    for (std::size_t i = sent; i < planned; ++i) {
        latencies_us.push_back(since_due_us(i, end));
    }
    std::sort(latencies_us.begin(), latencies_us.end());
    std::printf("result {\"planned\": %zu, \"answers\": %zu, \"seconds\": %.6f, \"next\": %ju, "
                "\"non_2xx\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, "
                "\"max_us\": %.1f}\n",
                planned, answers, seconds(std::max(last, end) - began), wanted.first + sent,
                not_2xx, percentile(latencies_us, 0.5), percentile(latencies_us, 0.99),
                percentile(latencies_us, 0.999), latencies_us.back());
    return 0;
}

} // namespace

int main(int count, char** words) {
    const std::string_view command = count > 2 ? words[1] : "";
    const auto port = static_cast<std::uint16_t>(count > 2 ? number(words[2]) : 0);
    if (command == "burst" && count == 3) {
        return burst(port);
    }
    if (command == "crowd" && count == 7) {
        return crowd(port, {words[3], number(words[4]), number(words[5]), number(words[6])});
    }
    if (command == "idle" && count == 4) {
        return idle(port, number(words[3]));
    }
    if (command == "steady" && count == 9) {
        return steady(port, {words[3], number(words[4]), number(words[5]), number(words[6]),
                             number(words[7]), number(words[8])});
    }
    std::fputs("usage: burst PORT | crowd PORT PATH FIRST USERS CONNECTIONS | idle PORT COUNT | "
               "steady PORT PACKETS_FILE USERS FIRST RATE SECONDS CONNECTIONS\n",
               stderr);
    return 2;
}
