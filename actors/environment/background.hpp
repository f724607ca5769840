// Role: long work that needs nothing but memory: drawing the shares of packets with very many, and
// freeing entities with very many rows. Owner thread: its own.
#pragma once

#include "actors/protocol/interfaces.hpp"

namespace hongbao::actors {

Background::behavior_type background(Background::pointer self);

} // namespace hongbao::actors
