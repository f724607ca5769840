// Role: reads a packet from a journal, or from a server's answers.
#include "ops/prove/proof.hpp"

#include "domain/values/seed.hpp"
#include "ops/cli/commands.hpp"
#include "ops/demo/client.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/record/sha256.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hongbao::ops {

namespace {

using nlohmann::json;

std::optional<domain::PacketId> packet_id_of(const std::string& text) {
    domain::PacketId packet_id;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, packet_id.value);
    return error == std::errc{} && last == end ? std::optional(packet_id) : std::nullopt;
}

std::optional<domain::Seed> seed_of_hex(const std::string& text) {
    domain::Seed seed{};
    if (text.size() != 2 * seed.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < seed.size(); ++i) {
        const char* const digits = text.data() + 2 * i;
        const auto [last, error] = std::from_chars(digits, digits + 2, seed[i], 16);
        if (error != std::errc{} || last != digits + 2) {
            return std::nullopt;
        }
    }
    return seed;
}

/// Gathers one packet's records as they come.
struct Gather {
    domain::PacketId packet_id;
    Proof proof;
    bool is_found = false;
    bool is_closed = false;

    bool is_over() const {
        return is_closed || proof.claims.size() == static_cast<std::size_t>(proof.terms.count);
    }
    void take(const domain::Record& record) {
        if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
            if (sent->packet_id == packet_id) {
                proof.terms = *sent;
                is_found = true;
            }
        } else if (const auto* opened = std::get_if<domain::ShareOpened>(&record.event)) {
            if (opened->packet_id == packet_id) {
                proof.claims.push_back({opened->user_id, {opened->amount_fen, record.at}});
            }
        } else if (const auto* closed = std::get_if<domain::PacketClosed>(&record.event)) {
            is_closed = is_closed || closed->packet_id == packet_id;
        }
    }
};

void take_packet(Proof& proof, const json& packet) {
    domain::PacketSent& terms = proof.terms;
    terms.kind =
        packet.at("kind") == "lucky" ? domain::PacketKind::lucky : domain::PacketKind::equal;
    terms.total_fen = packet.at("total_fen").get<domain::Fen>();
    terms.count = packet.at("count").get<std::int64_t>();
    terms.share_fen_max = packet.at("share_fen_max").get<domain::Fen>();
    const json& split = packet.at("split");
    proof.is_up_front = !split.is_null() && split.at("when") == "up_front";
    if (!proof.is_up_front) {
        return;
    }
    terms.split_algorithm = split.at("algorithm") == "line_cut"
                                ? domain::SplitAlgorithm::line_cut
                                : domain::SplitAlgorithm::double_mean;
    proof.seed_hash = packet.at("seed_hash").get<std::string>();
    if (!packet.at("seed").is_null()) {
        terms.seed = seed_of_hex(packet.at("seed").get<std::string>());
        if (!terms.seed) {
            throw DemoFailed{"its seed is not 32 bytes in hex"};
        }
    }
}

void take_claims(Proof& proof, DemoClient& client, const std::string& path) {
    std::string cursor;
    do {
        const json page = DemoClient::expect(200, client.get(path + "/claims?limit=200" + cursor));
        for (const json& claim : page.at("items")) {
            proof.claims.push_back({claim.at("user_id").get<std::string>(),
                                    {claim.at("amount_fen").get<domain::Fen>(), 0}});
        }
        const json& next = page.at("next_cursor");
        cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
    } while (!cursor.empty());
    std::reverse(proof.claims.begin(), proof.claims.end()); // they come newest first
}

} // namespace

std::variant<Proof, std::string> proof_from_journal(const std::string& data_dir,
                                                    const std::string& packet) {
    const auto packet_id = packet_id_of(packet);
    if (!packet_id) {
        return packet + " is not a packet id, which is a decimal number of 64 bits";
    }
    const auto found = journal_to_read(data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&found)) {
        return failure->sentence;
    }
    persistence::LmdbJournalOptions options;
    options.path = std::get<std::filesystem::path>(found);
    options.read_only = true;
    const auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return failure->sentence;
    }
    Gather gather{*packet_id, {}, false, false};
    const auto failure = std::get<std::unique_ptr<persistence::LmdbJournal>>(opened)->read(
        0, 1, [&gather](const domain::Record& record) {
            gather.take(record);
            return persistence::Visit::next;
        });
    if (failure) {
        return failure->sentence;
    }
    if (!gather.is_found) {
        return "the journal in " + data_dir + " has no packet " + packet;
    }
    Proof& proof = gather.proof;
    proof.is_up_front = proof.terms.is_split_up_front();
    if (proof.is_up_front) {
        proof.seed_hash =
            persistence::to_hex(domain::seed_hash_of(*proof.terms.seed, persistence::sha256));
    }
    if (!gather.is_over()) {
        proof.terms.seed.reset(); // it reveals the shares that are still to be opened
    }
    return std::move(proof);
}

std::variant<Proof, std::string> proof_from_server(const std::string& server_url,
                                                   const std::string& key,
                                                   const std::string& packet) {
    if (!packet_id_of(packet)) {
        return packet + " is not a packet id, which is a decimal number of 64 bits";
    }
    try {
        Proof proof;
        DemoClient client({server_url, key});
        const std::string path = "/v1/packets/" + packet;
        take_packet(proof, DemoClient::expect(200, client.get(path)));
        if (proof.is_up_front && proof.terms.seed) {
            take_claims(proof, client, path);
        }
        return proof;
    } catch (const DemoFailed& failed) {
        return server_url + " does not show packet " + packet + ": " + failed.sentence;
    } catch (const json::exception& error) {
        return server_url + " gives an answer that cannot be read: " + error.what();
    }
}

} // namespace hongbao::ops
