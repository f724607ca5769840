// Role: how the fields of the read model's rows become bytes and come back, sealed with a checksum,
// because LMDB checks nothing: a damaged row is noticed when it is read. Pure.
#pragma once

#include "domain/account/account.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/money.hpp"

#include <xxhash.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hongbao::persistence {

using RowBytes = std::vector<std::byte>;

/// Numbers are short if they are small: seven bits a byte, the lowest first. Signed ones alternate,
/// so that those near zero are short, too.
class RowWriter {
  public:
    explicit RowWriter(RowBytes& bytes) : bytes_(bytes) { bytes_.clear(); }

    RowWriter& put(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) {
            bytes_.push_back(static_cast<std::byte>(value | 0x80U));
        }
        bytes_.push_back(static_cast<std::byte>(value));
        return *this;
    }
    RowWriter& put(std::int64_t value) {
        return put((static_cast<std::uint64_t>(value) << 1U) ^
                   static_cast<std::uint64_t>(value >> 63U));
    }
    template <typename Enumerator>
    requires std::is_enum_v<Enumerator> RowWriter& put(Enumerator value) {
        return put(static_cast<std::uint64_t>(value));
    }
    template <typename Kind>
    RowWriter& put(domain::EntityId<Kind> id) {
        return put(id.value);
    }
    RowWriter& put(const std::shared_ptr<const domain::StatusChange>& change) {
        put(std::uint64_t{change != nullptr});
        return change == nullptr ? *this : put(change->at).put(change->reason);
    }
    RowWriter& put(domain::FenSum sum) { return put_raw(std::as_bytes(std::span(&sum, 1))); }
    RowWriter& put(std::string_view text) {
        return put(std::uint64_t{text.size()}).put_raw(std::as_bytes(std::span(text)));
    }
    RowWriter& put(const std::vector<std::string>& texts) {
        put(std::uint64_t{texts.size()});
        for (const std::string& text : texts) {
            put(text);
        }
        return *this;
    }
    /// Bytes are put as they are.
    template <typename Value, std::size_t count>
    RowWriter& put(const std::array<Value, count>& values) {
        if constexpr (sizeof(Value) == 1) {
            put_raw(std::as_bytes(std::span(values)));
        } else {
            for (const Value& value : values) {
                put(value);
            }
        }
        return *this;
    }
    RowWriter& put_raw(std::span<const std::byte> raw) {
        bytes_.insert(bytes_.end(), raw.begin(), raw.end());
        return *this;
    }
    /// Room for the link that rows of linked tables begin with; it is set when they are put.
    RowWriter& put_no_link() {
        constexpr std::uint64_t none = 0;
        return put_raw(std::as_bytes(std::span(&none, 1)));
    }
    void seal(std::uint64_t key) { seal(bytes_, key); }
    /// Of what was written before.
    static void seal(RowBytes& bytes, std::uint64_t key) {
        const std::uint64_t checksum = XXH3_64bits_withSeed(bytes.data(), bytes.size(), key);
        const auto raw = std::as_bytes(std::span(&checksum, 1));
        bytes.insert(bytes.end(), raw.begin(), raw.end());
    }

  private:
    RowBytes& bytes_;
};

/// Reads what a checksum has vouched for; past the end it reads zeros and fails.
class RowReader {
  public:
    RowReader(std::span<const std::byte> bytes, std::uint64_t key) {
        if (bytes.size() < sizeof(std::uint64_t)) {
            failed_ = true;
            return;
        }
        left_ = bytes.first(bytes.size() - sizeof(std::uint64_t));
        std::uint64_t checksum = 0;
        std::memcpy(&checksum, bytes.data() + left_.size(), sizeof checksum);
        failed_ = checksum != XXH3_64bits_withSeed(left_.data(), left_.size(), key);
    }

    RowReader& get(std::uint64_t& value) {
        value = 0;
        for (unsigned shift = 0; !failed_; shift += 7) {
            failed_ = left_.empty() || shift > 63;
            if (failed_) {
                break;
            }
            const auto byte = static_cast<std::uint64_t>(left_.front());
            left_ = left_.subspan(1);
            value |= (byte & 0x7FU) << shift;
            if (byte < 0x80U) {
                break;
            }
        }
        return *this;
    }
    RowReader& get(std::int64_t& value) {
        std::uint64_t folded = 0;
        get(folded);
        value = static_cast<std::int64_t>((folded >> 1U) ^ (~(folded & 1U) + 1U));
        return *this;
    }
    template <typename Enumerator>
    requires std::is_enum_v<Enumerator> RowReader& get(Enumerator& value) {
        std::uint64_t number = 0;
        get(number);
        value = static_cast<Enumerator>(number);
        return *this;
    }
    template <typename Kind>
    RowReader& get(domain::EntityId<Kind>& id) {
        return get(id.value);
    }
    RowReader& get(std::shared_ptr<const domain::StatusChange>& change) {
        std::uint64_t is_there = 0;
        get(is_there);
        change.reset();
        if (is_there != 0) {
            domain::StatusChange read;
            get(read.at).get(read.reason);
            change = std::make_shared<const domain::StatusChange>(std::move(read));
        }
        return *this;
    }
    RowReader& get(domain::FenSum& sum) { return get_raw(sum); }
    RowReader& get(std::string& text) {
        std::uint64_t size = 0;
        get(size);
        const std::span<const std::byte> raw = take(size);
        text.assign(reinterpret_cast<const char*>(raw.data()), raw.size());
        return *this;
    }
    RowReader& get(std::vector<std::string>& texts) {
        std::uint64_t count = 0;
        get(count);
        failed_ = failed_ || count > left_.size(); // each has a byte at least
        texts.resize(failed_ ? 0 : count);
        for (std::string& text : texts) {
            get(text);
        }
        return *this;
    }
    template <typename Value, std::size_t count>
    RowReader& get(std::array<Value, count>& values) {
        if constexpr (sizeof(Value) == 1) {
            get_raw(values);
        } else {
            for (Value& value : values) {
                get(value);
            }
        }
        return *this;
    }
    /// The next bytes, as they are.
    template <typename Value>
    RowReader& get_raw(Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        const std::span<const std::byte> raw = take(sizeof value);
        if (!failed_) {
            std::memcpy(&value, raw.data(), sizeof value);
        }
        return *this;
    }
    RowReader& skip_link() {
        take(sizeof(std::uint64_t));
        return *this;
    }
    std::span<const std::byte> rest() { return take(left_.size()); }
    bool ok() const { return !failed_ && left_.empty(); }

  private:
    std::span<const std::byte> take(std::uint64_t size) {
        failed_ = failed_ || left_.size() < size;
        if (failed_) {
            return {};
        }
        const auto taken = left_.first(size);
        left_ = left_.subspan(size);
        return taken;
    }

    std::span<const std::byte> left_;
    bool failed_ = false;
};

} // namespace hongbao::persistence
