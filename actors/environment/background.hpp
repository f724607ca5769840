// Role: long work that needs nothing but memory: drawing the shares of packets with very many, and
// freeing entities with very many rows. Owner thread: its own.
#pragma once

#include "actors/protocol/interfaces.hpp"

namespace hongbao::actors {

/// `name` is for the reader of a stack alone: CAF 0.17.6 refers to the argument tuple of an actor
/// without arguments, which is none, and UBSan objects.
Background::behavior_type background(Background::pointer self, const char* name);

} // namespace hongbao::actors
