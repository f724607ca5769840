// Role: the load that wrk cannot make, for rows S7, S8 and S9 of ./dev bench. One thread, epoll.
//   burst PORT                  opens one connection per line "PACKET USER" of its input, then
//   sends
//                               all opens at once; tells how each was answered and how long all
//                               took
//   idle PORT COUNT             opens COUNT connections, says "ready", keeps them until its input
//   ends steady PORT PACKETS_FILE USERS FIRST RATE SECONDS CONNECTIONS
//                               an open loop: open number i is due at i / RATE, whatever the server
//                               does, and its latency counts from there (no coordinated omission)
// Every connection first gets one request answered, so it is an ordinary one kept alive.
// Prints one line `result {JSON}`. Exit status 1 and the reason on stderr if it could not do its
// work.
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

std::uint64_t number(const char* text) {
    std::uint64_t value = 0;
    const char* end = text + std::strlen(text);
    if (std::from_chars(text, end, value).ptr != end || end == text) {
        fail(std::string("not a number: ") + text);
    }
    return value;
}

double seconds(nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

// ---- burst ----

struct Tally {
    std::size_t fresh = 0, repeats = 0, exhausted = 0, other = 0;
    std::uint64_t fresh_fen = 0, repeat_fen = 0;
    std::string first_other;

    void add(const Answer& answer) {
        const std::string_view body = answer.body;
        const auto has = [&](std::string_view text) { return body.find(text) != body.npos; };
        if (answer.status == 200 && has(R"("repeat":false)")) {
            ++fresh;
            fresh_fen += amount_fen(body);
        } else if (answer.status == 200 && has(R"("repeat":true)")) {
            ++repeats;
            repeat_fen += amount_fen(body);
        } else if (answer.status == 409 && has(R"("code":"packet_exhausted")")) {
            ++exhausted;
        } else if (other++ == 0) {
            first_other = std::to_string(answer.status) + " " + answer.body;
        }
    }

    static std::uint64_t amount_fen(std::string_view body) {
        constexpr std::string_view name = R"("amount_fen":)";
        const auto at = body.find(name);
        if (at == body.npos) {
            fail("an open without amount_fen: " + std::string(body));
        }
        std::uint64_t value = 0;
        std::from_chars(body.data() + at + name.size(), body.data() + body.size(), value);
        return value;
    }
};

int burst(std::uint16_t port) {
    std::vector<std::pair<std::string, std::string>> opens;
    for (std::string packet, user; std::cin >> packet >> user;) {
        opens.emplace_back(packet, user);
    }
    Connections connections(port, opens.size());
    std::vector<std::string> requests;
    for (const auto& [packet, user] : opens) {
        requests.push_back(connections.open_request(packet, user));
    }
    std::vector<Answer> answers(opens.size()); // judged after the clock has stopped
    std::size_t answered = 0;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < opens.size(); ++i) {
        connections[i].send(requests[i]);
    }
    auto ended = began;
    while (answered < opens.size()) {
        const bool any = connections.poll(patience, [&](std::size_t index, const Answer& answer) {
            answers[index] = answer;
            ++answered;
        });
        ended = Clock::now();
        if (!any) {
            fail(std::to_string(opens.size() - answered) + " opens got no answer");
        }
    }
    Tally tally;
    for (const auto& answer : answers) {
        tally.add(answer);
    }
    if (tally.other != 0) {
        std::fprintf(stderr, "burst: unexpected answer: %s\n", tally.first_other.c_str());
    }
    std::printf("result {\"answers\": %zu, \"seconds\": %.6f, \"fresh\": %zu, \"repeats\": %zu, "
                "\"exhausted\": %zu, \"other\": %zu, \"fresh_fen\": %ju, \"repeat_fen\": %ju}\n",
                answered, seconds(ended - began), tally.fresh, tally.repeats, tally.exhausted,
                tally.other, tally.fresh_fen, tally.repeat_fen);
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

// A time after the due one, in µs; those never sent count until the end, the least they can be.
double percentile(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(rank, sorted.size() - 1)];
}

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
            std::array<char, 24> user;
            std::snprintf(user.data(), user.size(), "u%07ju", pair % wanted.users);
            connection.send(connections.open_request(packets[pair % packets.size()], user.data()));
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
    if (command == "idle" && count == 4) {
        return idle(port, number(words[3]));
    }
    if (command == "steady" && count == 9) {
        return steady(port, {words[3], number(words[4]), number(words[5]), number(words[6]),
                             number(words[7]), number(words[8])});
    }
    std::fputs("usage: burst PORT | idle PORT COUNT | "
               "steady PORT PACKETS_FILE USERS FIRST RATE SECONDS CONNECTIONS\n",
               stderr);
    return 2;
}
