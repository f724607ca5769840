// Role: the load of row S17 of ./dev bench: opens, and far more of everything else than the server
// can do. One thread, epoll.
//   overload PORT PACKETS_FILE USERS FIRST SECONDS OPENS_RATE OPENS_CONNECTIONS OTHERS_RATE
//            OTHERS_CONNECTIONS
//       two open loops: open number i is due at i / OPENS_RATE, whatever the server does, and goes
//       out on whichever of its connections is free; the same for the others, of ten of which five
//       ask for a page of a statement, three look at a packet and two transfer money. Nobody waits
//       for Retry-After.
// Prints one line `result {JSON}` with what became of them, opens also for each second. Exits with
// status 1 and the reason on stderr if it could not do its work.
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
#include <string>
#include <string_view>
#include <vector>

#include "bench/connections.hpp"

namespace {

using namespace hongbao::bench;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

struct Wanted {
    std::uint16_t port;
    std::string packets_file;
    std::uint64_t users, first, run_s;
    std::uint64_t opens_rate, opens_connections, others_rate, others_connections;
};

enum Kind : std::size_t { open, history, look, send, kinds };
constexpr std::array<const char*, kinds> kind_names{"opens", "history", "looks", "sends"};

struct Counts {
    std::uint64_t sent = 0, done = 0, shed = 0, other = 0;
};

/// What is due at a steady rate, on connections of its own.
struct Stream {
    std::uint64_t rate = 0;
    std::uint64_t sent = 0;
    std::deque<std::size_t> unused;

    bool is_due(nanoseconds since) const {
        return rate > 0 && !unused.empty() && due(sent) <= since;
    }
    nanoseconds due(std::uint64_t i) const {
        return nanoseconds(
            static_cast<std::int64_t>(static_cast<double>(i) * 1e9 / static_cast<double>(rate)));
    }
};

class Overload {
  public:
    explicit Overload(const Wanted& wanted)
        : wanted_(wanted),
          connections_(wanted.port, wanted.opens_connections + wanted.others_connections),
          kind_of_(connections_.size()) {
        std::ifstream file(wanted.packets_file);
        for (std::string packet; file >> packet;) {
            packets_.push_back(packet);
        }
        if (packets_.empty() || wanted.users == 0) {
            fail("no packets in " + wanted.packets_file + ", or no users");
        }
        opens_.rate = wanted.opens_rate;
        others_.rate = wanted.others_rate;
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            (i < wanted.opens_connections ? opens_ : others_).unused.push_back(i);
        }
        opens_each_second_.resize(wanted.run_s + 1);
    }

    void run() {
        const auto began = Clock::now();
        const auto length = std::chrono::seconds(wanted_.run_s);
        for (auto since = nanoseconds(0); since < length; since = Clock::now() - began) {
            while (opens_.is_due(since)) {
                ask(opens_, open);
            }
            for (int i = 0; i < 64 && others_.is_due(since); ++i) {
                constexpr std::array mix{history, look, history, send,    history,
                                         look,    send, history, history, look};
                ask(others_, mix[others_.sent % mix.size()]);
            }
            connections_.poll(wait_from(since), [&](std::size_t index, const Answer& answer) {
                count(index, answer, Clock::now() - began);
            });
        }
        seconds_ = std::chrono::duration<double>(Clock::now() - began).count();
    }

    void print() const {
        std::string text =
            "result {\"seconds\": " + std::to_string(seconds_) +
            ", \"next\": " + std::to_string(wanted_.first + opens_.sent) +
            ", \"others_due\": " + std::to_string(wanted_.others_rate * wanted_.run_s);
        for (std::size_t i = 0; i < kinds; ++i) {
            const Counts& counts = counts_[i];
            text += ", \"" + std::string(kind_names[i]) +
                    "\": {\"sent\": " + std::to_string(counts.sent) +
                    ", \"done\": " + std::to_string(counts.done) +
                    ", \"shed\": " + std::to_string(counts.shed) +
                    ", \"other\": " + std::to_string(counts.other) + "}";
        }
        text += ", \"opens_each_second\": [";
        for (std::size_t i = 0; i + 1 < opens_each_second_.size(); ++i) {
            text += (i == 0 ? "" : ", ") + std::to_string(opens_each_second_[i]);
        }
        std::printf("%s]}\n", text.c_str());
        if (!first_other_.empty()) {
            std::fprintf(stderr, "overload: unexpected answer: %s\n", first_other_.c_str());
        }
    }

  private:
    static std::string user_id(std::uint64_t number) {
        std::array<char, 24> text;
        std::snprintf(text.data(), text.size(), "u%07ju", number);
        return text.data();
    }

    void ask(Stream& stream, Kind kind) {
        const std::size_t index = stream.unused.front();
        stream.unused.pop_front();
        kind_of_[index] = kind;
        counts_[kind].sent += 1;
        const std::uint64_t i = wanted_.first + stream.sent++;
        connections_[index].send(request(kind, i));
    }

    std::string request(Kind kind, std::uint64_t i) const {
        const std::string& packet = packets_[i % packets_.size()];
        const std::string user = user_id(i % wanted_.users);
        const std::string end = " HTTP/1.1\r\nHost: localhost\r\n";
        if (kind == open) {
            return connections_.open_request(packet, user);
        }
        if (kind == history) {
            return "GET /v1/accounts/" + user + "/entries?limit=20" + end + "\r\n";
        }
        if (kind == look) {
            return "GET /v1/packets/" + packet + end + "\r\n";
        }
        const std::string body = R"({"from":")" + user + R"(","to":")" +
                                 user_id((i + 1) % wanted_.users) + R"(","amount_fen":1})";
        return "POST /v1/transfers" + end + "Idempotency-Key: overload-" + std::to_string(i) +
               "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    nanoseconds wait_from(nanoseconds since) const {
        auto wait = nanoseconds(std::chrono::milliseconds(10));
        for (const Stream* stream : {&opens_, &others_}) {
            if (stream->rate > 0 && !stream->unused.empty()) {
                wait = std::min(wait, stream->due(stream->sent) - since);
            }
        }
        return std::max(wait, nanoseconds(0));
    }

    void count(std::size_t index, const Answer& answer, nanoseconds since) {
        const Kind kind = kind_of_[index];
        Counts& counts = counts_[kind];
        // Whoever has no money is told so: that is work, too.
        const bool is_done = answer.status / 100 == 2 || (kind == send && answer.status == 409);
        if (is_done) {
            counts.done += 1;
            const auto second = static_cast<std::size_t>(since / std::chrono::seconds(1));
            opens_each_second_[std::min(second, opens_each_second_.size() - 1)] +=
                kind == open ? 1 : 0;
        } else if (answer.status == 503) {
            counts.shed += 1;
        } else if (counts.other++ == 0) {
            first_other_ = std::to_string(answer.status) + " " + answer.body;
        }
        (kind == open ? opens_ : others_).unused.push_back(index);
    }

    const Wanted wanted_;
    Connections connections_;
    std::vector<Kind> kind_of_; // of the request under way
    std::vector<std::string> packets_;
    Stream opens_, others_;
    std::array<Counts, kinds> counts_{};
    std::vector<std::uint64_t> opens_each_second_;
    double seconds_ = 0;
    std::string first_other_;
};

} // namespace

int main(int count, char** words) {
    if (count != 10) {
        std::fputs("usage: overload PORT PACKETS_FILE USERS FIRST SECONDS OPENS_RATE "
                   "OPENS_CONNECTIONS OTHERS_RATE OTHERS_CONNECTIONS\n",
                   stderr);
        return 2;
    }
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    Overload overload({static_cast<std::uint16_t>(number(words[1])), words[2], number(words[3]),
                       number(words[4]), number(words[5]), number(words[6]), number(words[7]),
                       number(words[8]), number(words[9])});
    overload.run();
    overload.print();
    return 0;
}
