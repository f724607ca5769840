// Role: when the journal counts as filling, as nearly full, and as having room again.
#include "actors/journal/space_watch.hpp"

#include "persistence/files/file_size_limit.hpp"

namespace hongbao::actors {

namespace {

constexpr std::uint64_t filling_percent = 80;
constexpr std::uint64_t nearly_full_percent = 95;
/// Below 80 % again, and not only for a moment.
constexpr std::uint64_t room_again_percent = 78;

std::string in_mib(std::uint64_t bytes) {
    constexpr std::uint64_t mib = 1U << 20U;
    return std::to_string(bytes / mib) + " MiB";
}

std::string advice(const persistence::JournalSpace& space) {
    // The map is the smaller of both unless the disk cuts it short.
    if (space.used_bytes + space.left_bytes >= space.map_bytes) {
        return "stop it and start it again with a larger journal_map_bytes (it is " +
               in_mib(space.map_bytes) + ")";
    }
    const std::uint64_t limit_bytes = persistence::file_size_limit_bytes();
    if (space.used_bytes + space.left_bytes >= limit_bytes) {
        return "raise the limit of file sizes (ulimit -f, LimitFSIZE=), which is " +
               in_mib(limit_bytes) + " and ends before journal_map_bytes (" +
               in_mib(space.map_bytes) + ") does";
    }
    return "make room on its disk, which ends before journal_map_bytes (" +
           in_mib(space.map_bytes) + ") does";
}

} // namespace

std::optional<std::string> SpaceWatch::look(const persistence::JournalSpace& space) {
    const std::uint64_t whole = space.used_bytes + space.left_bytes;
    const std::uint64_t percent = whole == 0 ? 100 : space.used_bytes * 100 / whole;
    const Told now = percent >= nearly_full_percent ? Told::nearly_full
                     : percent >= filling_percent   ? Told::filling
                                                    : Told::nothing;
    if (now > told_) {
        told_ = now;
        return "the journal is " + std::to_string(percent) +
               " % full: " + in_mib(space.used_bytes) + " used, " + in_mib(space.left_bytes) +
               " left. When it is full, writes are refused with 507; before that, " + advice(space);
    }
    if (told_ != Told::nothing && percent < room_again_percent) {
        told_ = Told::nothing;
        return "the journal has room again: it is " + std::to_string(percent) + " % full, " +
               in_mib(space.left_bytes) + " left";
    }
    return std::nullopt;
}

} // namespace hongbao::actors
