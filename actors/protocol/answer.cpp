// Role: frees a large answer: the one place that needs the full type of every kind.
#include "actors/protocol/answer.hpp"

#include "actors/protocol/administration.hpp"
#include "actors/protocol/claims/request_key.hpp"
#include "actors/protocol/views.hpp"

namespace hongbao::actors {

namespace {

template <typename... Large>
void free_as(std::size_t kind, void* content, domain::Alternatives<Large...>) noexcept {
    using Free = void (*)(void*);
    static constexpr Free frees[] = {[](void* large) { delete static_cast<Large*>(large); }...};
    frees[kind](content);
}

} // namespace

void Answer::free_box(const Box& box) noexcept {
    free_as(box.kind, box.content, LargeAnswers{});
}

} // namespace hongbao::actors
