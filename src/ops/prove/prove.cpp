// Role: `hongbao prove`: recomputes a packet's shares from its seed and compares the claims with
// them.
#include "domain/packet/split.hpp"
#include "domain/packet/up_front.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/client/shown_key.hpp"
#include "ops/prove/proof.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/record/sha256.hpp"

#include <cstdio>

namespace hongbao::ops {

namespace {

/// With more shares than this, only those that differ get a line.
constexpr std::int64_t lines_max = 200;

long long number(std::int64_t value) {
    return value;
}

/// Why there is nothing to recompute; empty if there is.
std::string unprovable(const Proof& proof) {
    const domain::PacketSent& terms = proof.terms;
    if (!proof.is_up_front) {
        return "it was not split up front, so there is no seed that its shares follow from";
    }
    if (!terms.seed) {
        return "it is not over yet: its seed is shown when the last share is opened, or when it "
               "has "
               "expired and the rest is refunded";
    }
    if (!domain::can_be_split(terms)) {
        return "its terms are wrong: no packet can be split into such shares";
    }
    return "";
}

/// True if the seed has the hash; says so either way.
bool compare_hash(const std::string& name, const std::string& said, const std::string& computed) {
    const bool same = said == computed;
    std::printf("%s: %s, %s\n", name.c_str(), said.c_str(),
                same ? "which is the seed's" : ("but the seed's is " + computed).c_str());
    return same;
}

bool compare_hashes(const Proof& proof, const ProveOptions& options) {
    const std::string computed =
        persistence::to_hex(domain::seed_hash_of(*proof.terms.seed, persistence::sha256));
    std::printf("seed: %s\n", persistence::to_hex(*proof.terms.seed).c_str());
    bool agrees = compare_hash("seed_hash", proof.seed_hash, computed);
    if (!options.seed_hash.empty()) {
        agrees = compare_hash("seed_hash noted at the send", options.seed_hash, computed) && agrees;
    }
    return agrees;
}

void print_share(std::size_t place, domain::Fen share_fen, const domain::Claims::Opened* opened) {
    std::printf("share %zu: %lld fen, ", place + 1, number(share_fen));
    if (opened == nullptr) {
        std::puts("nobody opened it");
    } else if (opened->claim.amount_fen == share_fen) {
        std::printf("opened by %s\n", opened->user_id.c_str());
    } else {
        std::printf("but %s was given %lld fen\n", opened->user_id.c_str(),
                    number(opened->claim.amount_fen));
    }
}

/// Returns the number of shares that are not as drawn.
std::size_t compare_shares(const Proof& proof) {
    const domain::PacketSent& terms = proof.terms;
    const domain::SharesUpFront shares;
    const auto count = static_cast<std::size_t>(terms.count);
    std::size_t wrong = proof.claims.size() > count ? proof.claims.size() - count : 0;
    for (std::size_t place = 0; place < count; ++place) {
        const domain::Fen share_fen = shares.at(terms, place, persistence::sha256);
        const auto* opened = place < proof.claims.size() ? &proof.claims[place] : nullptr;
        const bool differs = opened != nullptr && opened->claim.amount_fen != share_fen;
        wrong += differs ? 1 : 0;
        if (differs || terms.count <= lines_max) {
            print_share(place, share_fen, opened);
        }
    }
    return wrong;
}

int judge(const Proof& proof, const ProveOptions& options) {
    const domain::PacketSent& terms = proof.terms;
    if (const std::string reason = unprovable(proof); !reason.empty()) {
        return complain("packet " + options.packet + " cannot be proved: " + reason);
    }
    std::printf("packet %s: %lld fen in %lld shares of at most %lld fen, split up front by %s\n",
                options.packet.c_str(), number(terms.total_fen), number(terms.count),
                number(terms.share_fen_max),
                terms.split_algorithm == domain::SplitAlgorithm::line_cut ? "line_cut"
                                                                          : "double_mean");
    const bool hashes_agree = compare_hashes(proof, options);
    const std::size_t wrong = compare_shares(proof);
    if (!hashes_agree || wrong != 0) {
        std::printf("NOT PROVED: %s%zu of %zu opened shares are not what the seed says\n",
                    hashes_agree ? "" : "the hash is not the seed's; ", wrong, proof.claims.size());
        return exit_failed;
    }
    std::printf("proved: %zu of %lld shares were opened, each in its turn and as the seed says\n",
                proof.claims.size(), number(terms.count));
    return exit_ok;
}

} // namespace

int prove(const ProveOptions& options) {
    const auto key = key_to_show(options.key_file);
    if (const auto* none = std::get_if<NoKey>(&key)) {
        return complain(none->sentence, exit_misconfigured);
    }
    auto found =
        options.server_url.empty()
            ? proof_from_journal(options.data_dir, options.packet)
            : proof_from_server(options.server_url, std::get<std::string>(key), options.packet);
    if (const auto* sentence = std::get_if<std::string>(&found)) {
        return complain(*sentence);
    }
    return judge(std::get<Proof>(found), options);
}

} // namespace hongbao::ops
