// Role: lines and claims in memory, details from the journal.
#include "persistence/memory_read_model.hpp"

#include "domain/invariant.hpp"

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Fen;
using domain::Record;
using domain::Sequence;
using domain::UserId;

constexpr JournalShard journal_shard = 0;

struct Line {
    Sequence sequence = 0;
    Fen balance_after_fen = 0;
    std::int64_t at : 56 = 0;
    EntryType type : 8 = EntryType::deposit;
};
static_assert(sizeof(Line) == 24);

struct AccountLines {
    std::string username;
    std::string avatar_url;
    std::size_t balance = 0;         // its place among the balances
    std::vector<Line> lines;         // line number = index + 1
    std::vector<std::uint32_t> sent; // indices of lines
    std::vector<std::uint32_t> received;
};

struct PacketLines {
    UserId sender;
    std::size_t escrow = 0;    // its place among the escrows
    Sequence sender_claim = 0; // 0: the sender has not opened it
    std::vector<Sequence> claims;
};

EntryType type_of(const domain::Event& event) {
    struct Type {
        EntryType operator()(const domain::Deposited&) const { return EntryType::deposit; }
        EntryType operator()(const domain::Withdrawn&) const { return EntryType::withdrawal; }
        EntryType operator()(const domain::Transferred&) const { return EntryType::transfer; }
        EntryType operator()(const domain::PacketSent&) const { return EntryType::packet_send; }
        EntryType operator()(const domain::ShareOpened&) const { return EntryType::share_open; }
        EntryType operator()(const domain::PacketClosed&) const { return EntryType::refund; }
        EntryType operator()(const domain::AccountOpened&) const { return no_entry(); }
        EntryType operator()(const domain::AccountStatusChanged&) const { return no_entry(); }
        static EntryType no_entry() {
            domain::invariant(false, "an event with postings has a type of entry");
            return EntryType::deposit;
        }
    };
    return std::visit(Type{}, event);
}

/// What a page takes of a list of `size` positions, newest first: those below `end`.
struct Below {
    std::size_t end = 0;
    std::size_t begin = 0;
    std::optional<std::uint64_t> next_cursor;
};

Below below_cursor(std::size_t size, const PageRequest& page) {
    Below below;
    below.end = static_cast<std::size_t>(
        std::min<std::uint64_t>(page.cursor.value_or(size), std::uint64_t{size}));
    below.begin = below.end - std::min<std::size_t>(below.end, page.limit);
    if (below.begin > 0) {
        below.next_cursor = below.begin;
    }
    return below;
}

bool matches(const EntryFilter& filter, const Line& line) {
    return (!filter.from || line.at >= *filter.from) && (!filter.to || line.at < *filter.to) &&
           (!filter.type || line.type == *filter.type);
}

} // namespace

struct MemoryReadModel::State {
    const Journal& journal;
    std::unordered_map<UserId, AccountLines, domain::TransparentStringHash, std::equal_to<>>
        accounts;
    std::unordered_map<domain::PacketId, PacketLines> packets;
    std::vector<Fen> balances_fen; // side by side, so that the audit adds up millions in no time
    std::vector<Fen> escrows_fen;
    Audit::Sum deposited_fen = 0;
    Audit::Sum withdrawn_fen = 0;
    JournalPosition position;

    void apply(const Record& record);
    void apply(const Record& record, const domain::Posting& posting);

    const AccountLines* account(const UserId& user_id) const {
        const auto found = accounts.find(user_id);
        return found == accounts.end() ? nullptr : &found->second;
    }
    const PacketLines& packet(domain::PacketId packet_id) const { return packets.at(packet_id); }

    /// Reads the records, in the order given. What was committed and applied can be read: if it
    /// cannot, the disk has lost it, and going on would show a wrong history.
    void read(std::span<const Sequence> sequences,
              const std::function<void(const Record&)>& visit) const {
        const auto failure =
            journal.read_each(journal_shard, sequences, [&visit](const Record& record) {
                visit(record);
                return Visit::next;
            });
        if (failure) {
            domain::broken_invariant(failure->sentence.c_str(), std::source_location::current());
        }
    }

    Entry entry(const UserId& user_id, std::uint64_t line_no, const Line& line,
                const Record& record) const;
};

void MemoryReadModel::State::apply(const Record& record) {
    domain::invariant(record.sequence == position.last_sequence + 1,
                      "the read model takes records in journal order");
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        AccountLines& account = accounts[opened->user_id];
        account.username = opened->username;
        account.avatar_url = opened->avatar_url;
        account.balance = balances_fen.size();
        balances_fen.push_back(0);
    } else if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
        PacketLines& packet = packets[sent->packet_id];
        packet.sender = sent->sender;
        packet.escrow = escrows_fen.size();
        escrows_fen.push_back(0);
    }
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        apply(record, posting);
    }
    if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        PacketLines& packet = packets.at(share->packet_id);
        packet.claims.push_back(record.sequence);
        if (share->user_id == packet.sender) {
            packet.sender_claim = record.sequence;
        }
    }
    position.last_sequence = record.sequence;
}

void MemoryReadModel::State::apply(const Record& record, const domain::Posting& posting) {
    switch (posting.kind) {
    case domain::LedgerAccountKind::outside:
        (posting.amount_fen < 0 ? deposited_fen : withdrawn_fen) +=
            posting.amount_fen < 0 ? -posting.amount_fen : posting.amount_fen;
        return;
    case domain::LedgerAccountKind::escrow: {
        Fen& escrow_fen = escrows_fen[packets.at(posting.packet_id).escrow];
        escrow_fen = domain::add_fen(escrow_fen, posting.amount_fen);
        return;
    }
    case domain::LedgerAccountKind::user: break;
    }
    const auto found = accounts.find(posting.user_id);
    domain::invariant(found != accounts.end(), "an account is opened before money moves in it");
    AccountLines& account = found->second;
    Fen& balance_fen = balances_fen[account.balance];
    balance_fen = domain::add_fen(balance_fen, posting.amount_fen);
    const auto index = static_cast<std::uint32_t>(account.lines.size());
    const EntryType type = type_of(record.event);
    if (type == EntryType::packet_send) {
        account.sent.push_back(index);
    } else if (type == EntryType::share_open) {
        account.received.push_back(index);
    }
    Line line;
    line.sequence = record.sequence;
    line.balance_after_fen = balance_fen;
    line.at = record.at & ((std::int64_t{1} << 55U) - 1); // an instant has fewer bits
    line.type = type;
    account.lines.push_back(line);
}

/// The statement line that a record makes for one user.
Entry MemoryReadModel::State::entry(const UserId& user_id, std::uint64_t line_no, const Line& line,
                                    const Record& record) const {
    Entry entry;
    entry.line_no = line_no;
    entry.sequence = line.sequence;
    entry.type = line.type;
    entry.balance_after_fen = line.balance_after_fen;
    entry.at = record.at;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::user && posting.user_id == user_id) {
            entry.amount_fen = posting.amount_fen;
        }
    }
    const auto name_packet = [&entry](domain::PacketId packet_id) {
        entry.packet_id = packet_id;
        entry.counterparty = "packet:" + std::to_string(packet_id.value);
    };
    if (const auto* deposited = std::get_if<domain::Deposited>(&record.event)) {
        entry.counterparty = "outside";
        entry.memo = deposited->reference;
    } else if (const auto* withdrawn = std::get_if<domain::Withdrawn>(&record.event)) {
        entry.counterparty = "outside";
        entry.memo = withdrawn->reference;
    } else if (const auto* moved = std::get_if<domain::Transferred>(&record.event)) {
        entry.counterparty = moved->from == user_id ? moved->to : moved->from;
        entry.memo = moved->memo;
    } else if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
        name_packet(sent->packet_id);
        entry.memo = sent->blessing;
    } else if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        name_packet(share->packet_id);
        entry.counterparty = packet(share->packet_id).sender;
    } else if (const auto* closed = std::get_if<domain::PacketClosed>(&record.event)) {
        name_packet(closed->packet_id);
    }
    return entry;
}

MemoryReadModel::MemoryReadModel(const Journal& journal)
    : state_(std::make_unique<State>(State{.journal = journal,
                                           .accounts = {},
                                           .packets = {},
                                           .balances_fen = {},
                                           .escrows_fen = {},
                                           .position = {0, journal.position(0).chain_hash}})) {}

MemoryReadModel::~MemoryReadModel() = default;

void MemoryReadModel::apply(std::span<const Record> records, const ChainHash& chain_hash) {
    for (const Record& record : records) {
        state_->apply(record);
    }
    state_->position.chain_hash = chain_hash;
}

Page<Entry> MemoryReadModel::entries(const UserId& user_id, const EntryFilter& filter,
                                     const PageRequest& page) const {
    Page<Entry> answer;
    const AccountLines* account = state_->account(user_id);
    if (account == nullptr) {
        return answer;
    }
    // The cursor is a line number: the page holds matching lines below it.
    std::uint64_t line_no = account->lines.size();
    if (page.cursor && *page.cursor <= line_no) {
        line_no = *page.cursor == 0 ? 0 : *page.cursor - 1;
    }
    std::vector<std::uint64_t> line_nos;
    std::vector<Sequence> sequences;
    for (; line_no > 0; --line_no) {
        const Line& line = account->lines[line_no - 1];
        if (!matches(filter, line)) {
            continue;
        }
        if (line_nos.size() == page.limit) {
            answer.next_cursor = line_no + 1;
            break;
        }
        line_nos.push_back(line_no);
        sequences.push_back(line.sequence);
    }
    state_->read(sequences, [&](const Record& record) {
        const std::uint64_t number = line_nos[answer.items.size()];
        const Line& line = account->lines[number - 1];
        answer.items.push_back(state_->entry(user_id, number, line, record));
    });
    return answer;
}

Page<ClaimLine> MemoryReadModel::claims(domain::PacketId packet_id, const PageRequest& page) const {
    Page<ClaimLine> answer;
    const auto found = state_->packets.find(packet_id);
    if (found == state_->packets.end()) {
        return answer;
    }
    const std::vector<Sequence>& claims = found->second.claims;
    const Below below = below_cursor(claims.size(), page);
    answer.next_cursor = below.next_cursor;
    std::vector<Sequence> sequences(claims.rend() - static_cast<std::ptrdiff_t>(below.end),
                                    claims.rend() - static_cast<std::ptrdiff_t>(below.begin));
    state_->read(sequences, [&](const Record& record) {
        const auto& share = std::get<domain::ShareOpened>(record.event);
        const AccountLines& account = *state_->account(share.user_id);
        answer.items.push_back(ClaimLine{share.user_id, account.username, account.avatar_url,
                                         share.amount_fen, record.at});
    });
    return answer;
}

Page<PacketMention> MemoryReadModel::packets_sent(const UserId& user_id,
                                                  const PageRequest& page) const {
    Page<PacketMention> answer;
    const AccountLines* account = state_->account(user_id);
    if (account == nullptr) {
        return answer;
    }
    const Below below = below_cursor(account->sent.size(), page);
    answer.next_cursor = below.next_cursor;
    std::vector<Sequence> sequences;
    for (std::size_t place = below.end; place > below.begin; --place) {
        sequences.push_back(account->lines[account->sent[place - 1]].sequence);
    }
    std::vector<Sequence> own_claims;
    std::vector<std::size_t> own_items;
    state_->read(sequences, [&](const Record& record) {
        const auto packet_id = std::get<domain::PacketSent>(record.event).packet_id;
        if (const Sequence claim = state_->packet(packet_id).sender_claim; claim != 0) {
            own_claims.push_back(claim);
            own_items.push_back(answer.items.size());
        }
        answer.items.push_back(PacketMention{packet_id, std::nullopt, std::nullopt});
    });
    std::size_t place = 0;
    state_->read(own_claims, [&](const Record& record) {
        PacketMention& mention = answer.items[own_items[place++]];
        mention.own_share_fen = std::get<domain::ShareOpened>(record.event).amount_fen;
        mention.own_opened_at = record.at;
    });
    return answer;
}

Page<PacketMention> MemoryReadModel::packets_received(const UserId& user_id,
                                                      const PageRequest& page) const {
    Page<PacketMention> answer;
    const AccountLines* account = state_->account(user_id);
    if (account == nullptr) {
        return answer;
    }
    const Below below = below_cursor(account->received.size(), page);
    answer.next_cursor = below.next_cursor;
    std::vector<Sequence> sequences;
    for (std::size_t place = below.end; place > below.begin; --place) {
        sequences.push_back(account->lines[account->received[place - 1]].sequence);
    }
    state_->read(sequences, [&](const Record& record) {
        const auto& share = std::get<domain::ShareOpened>(record.event);
        answer.items.push_back(PacketMention{share.packet_id, share.amount_fen, record.at});
    });
    return answer;
}

Audit MemoryReadModel::audit() const {
    Audit audit;
    audit.deposited_fen = state_->deposited_fen;
    audit.withdrawn_fen = state_->withdrawn_fen;
    for (const Fen balance_fen : state_->balances_fen) {
        audit.accounts_fen += balance_fen;
    }
    for (const Fen escrow_fen : state_->escrows_fen) {
        audit.escrow_fen += escrow_fen;
    }
    audit.position = state_->position;
    return audit;
}

std::optional<SettledRecord> MemoryReadModel::settled_record(Sequence sequence) const {
    std::optional<SettledRecord> settled;
    const auto failure = state_->journal.read_each(journal_shard, std::span(&sequence, 1),
                                                   [&settled](const Record& record) {
                                                       settled.emplace(SettledRecord{record, 0});
                                                       return Visit::stop;
                                                   });
    if (failure || !settled) {
        return std::nullopt;
    }
    // The owner decided the event: whose money it spends, or, for a deposit, whom it is for.
    for (const domain::Posting& posting : domain::postings_of(settled->record.event)) {
        if (posting.kind != domain::LedgerAccountKind::user) {
            continue;
        }
        const auto account = state_->accounts.find(posting.user_id);
        if (account == state_->accounts.end()) {
            return std::nullopt;
        }
        const auto& lines = account->second.lines;
        const auto line = std::lower_bound(
            lines.begin(), lines.end(), sequence,
            [](const Line& left, Sequence right) { return left.sequence < right; });
        if (line == lines.end() || line->sequence != sequence) {
            return std::nullopt; // synced, but not applied here yet
        }
        settled->owner_balance_fen = line->balance_after_fen;
        break; // the payer's posting comes first
    }
    return settled;
}

} // namespace hongbao::persistence
