// Role: reads blocks, cuts lines, and decodes each.
#include "ops/books/statement_file.hpp"

#include "http/text/characters.hpp"
#include "ops/cli/progress.hpp"
#include "persistence/files/descriptor.hpp"
#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <iconv.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <variant>
#include <vector>

namespace hongbao::ops {

namespace {

using persistence::Failure;

/// A line that has no end cannot be one of a statement.
constexpr std::size_t line_bytes_max = std::size_t{1} << 20U;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf_8(std::string_view text) {
    while (!text.empty()) {
        const http::Character character = http::first_character(text);
        if (!character.valid) {
            return false;
        }
        text.remove_prefix(character.bytes);
    }
    return true;
}

/// GB18030, which has all of GBK in it.
class Gb18030 {
  public:
    Gb18030() : handle_(::iconv_open("UTF-8", "GB18030")) {}
    ~Gb18030() {
        if (is_there()) {
            ::iconv_close(handle_);
        }
    }
    Gb18030(const Gb18030&) = delete;
    Gb18030& operator=(const Gb18030&) = delete;

    bool is_there() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
    /// Nothing if the text is none.
    std::optional<std::string> to_utf_8(std::string_view text) {
        std::string decoded(text.size() * 2 + 16, '\0'); // two bytes become three at most
        char* in = const_cast<char*>(text.data());       // iconv does not write there
        char* out = decoded.data();
        std::size_t in_left = text.size();
        std::size_t out_left = decoded.size();
        ::iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        if (::iconv(handle_, &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
            return std::nullopt;
        }
        decoded.resize(decoded.size() - out_left);
        return decoded;
    }

  private:
    iconv_t handle_;
};

class Decoding {
  public:
    Decoding(Encoding encoding, const LineVisitor& visitor)
        : encoding_(encoding), visitor_(visitor) {}

    bool is_possible() const { return gb18030_.is_there(); }
    Encoding encoding() const { return encoding_; }
    std::uint64_t lines() const { return lines_; }

    void take(std::string_view line) {
        lines_ += 1;
        if (lines_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
            line.remove_prefix(3);
            encoding_ = Encoding::utf_8;
        }
        if (is_ascii(line)) {
            visitor_.on_line(lines_, line);
            return;
        }
        if (encoding_ == Encoding::unknown) {
            encoding_ = is_utf_8(line) ? Encoding::utf_8 : Encoding::gb18030;
        }
        if (encoding_ == Encoding::utf_8) {
            if (is_utf_8(line)) {
                visitor_.on_line(lines_, line);
            } else {
                visitor_.on_bad_line(lines_, "it is not UTF-8");
            }
        } else if (const auto decoded = gb18030_.to_utf_8(line)) {
            visitor_.on_line(lines_, *decoded);
        } else {
            visitor_.on_bad_line(lines_, "it is neither GBK nor GB18030");
        }
    }

  private:
    Encoding encoding_;
    const LineVisitor& visitor_;
    Gb18030 gb18030_;
    std::uint64_t lines_ = 0;
};

Failure not_text(const std::filesystem::path& path, const char* what) {
    return Failure{path.string() + " " + what};
}

} // namespace

std::variant<ReadFile, Failure> read_lines(const std::filesystem::path& path, Encoding encoding,
                                           const LineVisitor& visitor) {
    const persistence::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0) {
        return persistence::machine_failure(path, "cannot be read", errno);
    }
    if (S_ISDIR(found.st_mode)) {
        return not_text(path, "is a folder");
    }
    Decoding decoding(encoding, visitor);
    if (!decoding.is_possible()) {
        return Failure{"this machine's C library has no GB18030: install libc6's gconv modules"};
    }
    Progress progress("reading the statement", "bytes");
    std::vector<char> block(std::size_t{1} << 18U);
    std::string pending; // the beginning of a line
    ReadFile read;
    for (;;) {
        const ssize_t count = ::read(file.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return persistence::machine_failure(path, "cannot be read", errno);
        }
        if (count == 0) {
            break;
        }
        std::string_view text(block.data(), static_cast<std::size_t>(count));
        if (read.bytes == 0 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))) {
            return not_text(path, "is UTF-16: save it as CSV in UTF-8");
        }
        if (read.bytes == 0 && text.starts_with("PK\x03\x04")) {
            return not_text(path, "is a ZIP file or a workbook: take the CSV file out of it");
        }
        read.bytes += text.size();
        for (std::size_t end = text.find('\n'); end != std::string_view::npos;
             end = text.find('\n')) {
            pending.append(text.substr(0, end + 1));
            decoding.take(pending);
            pending.clear();
            text.remove_prefix(end + 1);
        }
        pending.append(text);
        if (pending.size() > line_bytes_max) {
            return not_text(path, "has a line of more than a mebibyte: it is no CSV file");
        }
        progress.show(read.bytes, std::max(read.bytes, static_cast<std::uint64_t>(found.st_size)));
    }
    if (!pending.empty()) {
        decoding.take(pending);
    }
    read.lines = decoding.lines();
    read.encoding = decoding.encoding();
    return read;
}

} // namespace hongbao::ops
