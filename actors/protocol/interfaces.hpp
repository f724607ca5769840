// Role: the interface of every actor, with one comment for each message. None of them answers by
// CAF reply: what clients hear goes through the journal writer or straight to a ReplySink.
#pragma once

#include "actors/protocol/campaign_messages.hpp"
#include "actors/protocol/messages.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace hongbao::actors {

/// One account. Decides deposits, withdrawals, transfers and sends.
using AccountActor = caf::typed_actor<
    // Commands and reads, decided in order.
    caf::reacts_to<RequestBatch>,
    // A synced record that touches this account: its own, or a credit from elsewhere.
    caf::reacts_to<SettledNotice>,
    // May it be put to sleep?
    caf::reacts_to<MaySleep>>;

/// One packet. Decides grabs, opens and its own closing.
using PacketActor = caf::typed_actor<
    // Opens, grabs, reads and the timer's expiry, decided in order.
    caf::reacts_to<RequestBatch>,
    // The shares that it asked for.
    caf::reacts_to<SharesDrawn>,
    // May it be put to sleep?
    caf::reacts_to<MaySleep>>;

/// Some of the users of one campaign. Draws their shakes.
using CampaignSlice = caf::typed_actor<
    // Shakes, decided in order.
    caf::reacts_to<RequestBatch>,
    // The budget's answer: what a prize that was drawn may cost.
    caf::reacts_to<BudgetGranted>,
    // So little is left that some prizes can no longer be paid.
    caf::reacts_to<BudgetLeft>,
    // Return the allotment.
    caf::reacts_to<RecallBudget>,
    // The campaign goes to sleep; nothing is on its way.
    caf::reacts_to<Shutdown>>;

/// The budget of one campaign. Decides who gets how much of it, and ends the campaign.
using CampaignBudget = caf::typed_actor<
    // A slice's allotment does not cover a prize.
    caf::reacts_to<BudgetWanted>,
    // A slice has returned what it held.
    caf::reacts_to<BudgetReturned>,
    // The timer's: the last round is over.
    caf::reacts_to<RequestBatch>,
    // May the whole campaign be put to sleep?
    caf::reacts_to<MaySleep>,
    // The campaign goes to sleep; nothing is on its way.
    caf::reacts_to<Shutdown>>;

/// One sale and its orders. Decides reservations, offers, cancellations, timeouts, a gateway's
/// payments, and whether an account may be asked to pay.
using SaleActor = caf::typed_actor<
    // Everything that concerns it and its orders, also from the timer, decided in order.
    caf::reacts_to<RequestBatch>,
    // A synced record: one of its orders was paid from an account.
    caf::reacts_to<SettledNotice>,
    // May it be put to sleep?
    caf::reacts_to<MaySleep>>;

/// The entities, keys and expiry times of some shards.
using ShardRouter = caf::typed_actor<
    // Requests whose current hop leads here.
    caf::reacts_to<RequestBatch>,
    // Synced records that touch what lives here.
    caf::reacts_to<CommitNotice>,
    // The read model's answer about entities to be woken.
    caf::reacts_to<WokenBatch>,
    // An entity weighs more, or less, than before.
    caf::reacts_to<WeightChanged>,
    // Whether an entity has nothing on its way and may be put to sleep.
    caf::reacts_to<SleepAnswer>,
    // A key that was claimed here is free again.
    caf::reacts_to<KeyReleased>,
    // A payment's reference that was claimed here is free again.
    caf::reacts_to<ReferenceReleased>,
    // When a sale will have something due.
    caf::reacts_to<SaleDue>,
    // Look for packets that have expired and keys that may be forgotten.
    caf::reacts_to<Tick>,
    // Let go of all entities.
    caf::reacts_to<Shutdown>>;

/// Does long work that needs nothing but memory, on its own thread, while routers and entities go
/// on answering.
using Background = caf::typed_actor<
    // Draw the shares of a packet with many.
    caf::reacts_to<DrawShares>,
    // Free what was large and is asleep.
    caf::reacts_to<LetGo>,
    // The server is stopping.
    caf::reacts_to<Shutdown>>;

/// Keeps the read model in step with the journal and wakes what sleeps in it.
using Projector = caf::typed_actor<
    // The next commit.
    caf::reacts_to<ProjectCommit>,
    // A question; the answer has everything that was synced before it was asked.
    caf::reacts_to<Query>,
    // Entities that a router wants; they have everything that the router was told of before.
    caf::reacts_to<WakeBatch>,
    // A follower's question, and taking one back.
    caf::reacts_to<Follow>, caf::reacts_to<Unfollow>,
    // Its own: the next part of entities with many rows.
    caf::reacts_to<WakeFurther>,
    // The server is stopping and nothing more will be asked.
    caf::reacts_to<Shutdown>>;

/// Answers from the read model what the projector passes on.
using Historian = caf::typed_actor<
    // A commit that the read model has taken, if anybody follows anything.
    caf::reacts_to<ProjectCommit>,
    // A question, and those of followers.
    caf::reacts_to<Query>, caf::reacts_to<Follow>, caf::reacts_to<Unfollow>,
    // Its own: it is time to tell followers something.
    caf::reacts_to<TellFollowers>, caf::reacts_to<KeepFollowersAlive>,
    // The server is stopping and nothing more will be asked.
    caf::reacts_to<Shutdown>>;

} // namespace hongbao::actors
