// Role: the bytes of events, and which Last-Event-IDs a client may come back with.
#include "actors/protocol/views.hpp"
#include "http/api/live/event_text.hpp"
#include "http/api/live/render.hpp"

#include <gtest/gtest.h>

using namespace hongbao;
using namespace hongbao::http;

namespace {

std::string round(std::string_view text) {
    const auto id = parse_event_id(text);
    return id ? std::to_string(id->sequence) + (id->is_end ? " end" : "") : "refused";
}

TEST(EventText, TakesBackTheIdsThatItWrites) {
    struct Sample {
        std::string_view text;
        std::string_view read;
    };
    for (const Sample& sample : {
             Sample{"0", "0"},
             Sample{"17", "17"},
             Sample{"17.end", "17 end"},
             Sample{"18446744073709551615", "18446744073709551615"},
             Sample{"18446744073709551616", "refused"},
             Sample{"", "refused"},
             Sample{".end", "refused"},
             Sample{"017", "refused"},
             Sample{"+17", "refused"},
             Sample{"-1", "refused"},
             Sample{" 17", "refused"},
             Sample{"17 ", "refused"},
             Sample{"1.7", "refused"},
             Sample{"17.END", "refused"},
             Sample{"17.end.end", "refused"},
             Sample{"0x11", "refused"},
             Sample{"seventeen", "refused"},
         }) {
        EXPECT_EQ(round(sample.text), sample.read) << '"' << sample.text << '"';
    }
}

persistence::PacketNews two_claims() {
    persistence::PacketNews news;
    news.knows_start = true;
    news.claims.push_back({7, {"bob", "Bob \"B\"\n", "", 300, 0}, 1, 200});
    news.claims.push_back({9, {"ann", "Ann 安", "https://example.org/a", 200, 1}, 0, 0});
    return news;
}

TEST(EventText, TellsClaimsWithTheirSequencesAndOneLineOfData) {
    const NewsText rendered = render_news(actors::News(two_claims()));
    EXPECT_EQ(rendered.text,
              "id: 7\nevent: claim\ndata: {\"user_id\":\"bob\",\"username\":\"Bob \\\"B\\\"\\n\","
              "\"avatar_url\":null,\"amount_fen\":300,\"opened_at\":\"1970-01-01T00:00:00.000Z\","
              "\"remaining_count\":1,\"remaining_fen\":200}\n\n"
              "id: 9\nevent: claim\ndata: {\"user_id\":\"ann\",\"username\":\"Ann 安\","
              "\"avatar_url\":\"https://example.org/a\",\"amount_fen\":200,"
              "\"opened_at\":\"1970-01-01T00:00:00.001Z\",\"remaining_count\":0,"
              "\"remaining_fen\":0}\n\n");
    EXPECT_EQ(rendered.last, 9U);
    EXPECT_FALSE(rendered.is_last);
}

TEST(EventText, TheEndOfAPacketIsItsLastEvent) {
    persistence::PacketNews gone = two_claims();
    gone.exhausted = {9, 1, 1250, "bob", 300};
    const NewsText exhausted = render_news(actors::News(gone));
    EXPECT_TRUE(exhausted.text.ends_with(
        "id: 9.end\nevent: exhausted\ndata: {\"luckiest_user_id\":\"bob\",\"luckiest_fen\":300,"
        "\"exhausted_in_ms\":1250,\"closed_at\":\"1970-01-01T00:00:00.001Z\"}\n\n"));
    EXPECT_TRUE(exhausted.is_last);
    persistence::PacketNews closed;
    closed.closed = {12, 2, 500};
    const NewsText expired = render_news(actors::News(closed));
    EXPECT_EQ(expired.text, "id: 12\nevent: expired\ndata: {\"refund_fen\":500,"
                            "\"closed_at\":\"1970-01-01T00:00:00.002Z\"}\n\n");
    EXPECT_EQ(expired.last, 12U);
    EXPECT_TRUE(expired.is_last);
}

TEST(EventText, GoesOnAfterEventsThatThereWereAndAfterNoOthers) {
    const auto news = [](bool knows, bool over, bool gone) {
        persistence::PacketNews packet;
        packet.knows_start = knows;
        packet.is_over = over;
        if (gone) {
            packet.exhausted = {9, 1, 1250, "bob", 300};
        }
        return actors::News(packet);
    };
    struct Sample {
        const char* what;
        EventId id;
        actors::News after;
        bool is_known;
        bool is_all_told;
    };
    for (const Sample& sample : {
             Sample{"an event of an open packet", {7}, news(true, false, false), true, false},
             Sample{"no event", {8}, news(false, false, false), false, false},
             Sample{"the last claim", {9}, news(true, true, true), true, false},
             Sample{"the end", {9, true}, news(true, true, true), true, true},
             Sample{"the refund", {12}, news(true, true, false), true, true},
             Sample{"an end that was none", {12, true}, news(true, true, false), false, true},
             Sample{"an end elsewhere", {7, true}, news(true, true, true), false, true},
         }) {
        EXPECT_EQ(is_known(sample.id, sample.after), sample.is_known) << sample.what;
        if (sample.is_known) {
            EXPECT_EQ(is_all_told(sample.id, sample.after), sample.is_all_told) << sample.what;
        }
    }
}

} // namespace
