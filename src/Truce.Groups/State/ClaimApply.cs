using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// Claims. One holder, in the order of asking; each with an epoch larger than that of any before, so that
/// what the claim guards can refuse a former holder's late writes.
/// </summary>
internal static class ClaimApply
{
    public static void Take(ApplyWork work, ClientId client, long request, GroupRequest.TakeClaim take)
    {
        if (work.State.Claims.Find(take.Claim) is not { } claim)
        {
            if (ObjectionToFirst(work, client, take) is { } objection)
                work.Refuse(client, request, objection);
            else
                Grant(work, take.Claim, new Waiter(client, request), [], take.Fence);
        }
        else if (claim.Fence != take.Fence)
        {
            work.Refuse(client, request, RefusalCode.AttributesDiffer);
        }
        else if (claim.Holder == client || claim.Waiters.Any(w => w.Client == client))
        {
            work.Refuse(client, request, RefusalCode.Already);
        }
        else if (take.Patience == ClaimPatience.Refuse)
        {
            work.Refuse(client, request, RefusalCode.Held);
        }
        else if (claim.Waiters.Count >= work.Limits.Waiters)
        {
            work.Refuse(client, request, RefusalCode.Full);
        }
        else if (!work.HasRoom(StateSize.OfWaiter(client)))
        {
            work.Refuse(client, request, RefusalCode.StateFull);
        }
        else
        {
            work.Put(take.Claim, claim with { Waiters = claim.Waiters.Add(new Waiter(client, request)) });
        }
    }

    public static void Release(ApplyWork work, ClientId client, long request, ClaimName name)
    {
        if (work.State.Claims.Find(name) is not { } claim
            || (claim.Holder != client && claim.Waiters.All(w => w.Client != client)))
        {
            work.Refuse(client, request, RefusalCode.NotHeld);
            return;
        }

        if (claim.Waiters.FirstOrDefault(w => w.Client == client) is { } waiter)
            work.Refuse(client, waiter.Request, RefusalCode.Withdrawn);
        work.Answer(client, request, new RequestOutcome.Done(0));
        if (claim.Holder == client)
            PassOn(work, name, claim);
        else
            work.Put(name, claim with { Waiters = claim.Waiters.RemoveAll(w => w.Client == client) });
    }

    /// <summary>Of clients that are gone, nothing is held and nothing is waited for.</summary>
    public static void Remove(ApplyWork work, Predicate<ClientId> isGone)
    {
        foreach (ClaimName name in work.State.Claims.Keys.ToList())
        {
            if (work.State.Claims.Find(name) is { } claim)
                Without(work, name, claim, isGone);
        }
    }

    /// <summary>Claims whose failed holders are proven off pass on.</summary>
    public static void Proven(ApplyWork work, Predicate<Claim> isProven)
    {
        foreach (ClaimName name in work.State.Claims.Keys.ToList())
        {
            if (work.State.Claims.Find(name) is { } claim && isProven(claim))
                PassOn(work, name, claim);
        }
    }

    private static void Without(ApplyWork work, ClaimName name, Claim claim, Predicate<ClientId> isGone)
    {
        claim = claim with { Waiters = claim.Waiters.RemoveAll(w => isGone(w.Client)) };
        if (!isGone(claim.Holder) || claim.AwaitedBoot is not null)
            work.Put(name, claim);
        else if (claim.Fence == FenceDemand.Required && ProofApply.IsAwaited(work.State, claim.Holder))
            work.Put(name, claim with { AwaitedBoot = ProofApply.BootOf(work.State, claim.Holder) });
        else
            PassOn(work, name, claim);
    }

    private static void PassOn(ApplyWork work, ClaimName name, Claim claim)
    {
        if (claim.Waiters.IsEmpty)
            work.Remove(name);
        else
            Grant(work, name, claim.Waiters[0], claim.Waiters.RemoveAt(0), claim.Fence);
    }

    private static RefusalCode? ObjectionToFirst(
        ApplyWork work, ClientId client, GroupRequest.TakeClaim take) =>
        work.State.Claims.Count >= work.Limits.Claims ? RefusalCode.Full
        : !work.HasRoom(StateSize.Of(take.Claim, new Claim(client, 0, []))) ? RefusalCode.StateFull
        : ProofApply.Objection(work.State, FencedNames.Of(take.Claim), take.Fence);

    private static void Grant(
        ApplyWork work, ClaimName name, Waiter to, EquatableArray<Waiter> others, FenceDemand fence)
    {
        long epoch = work.Next();
        work.Put(name, new Claim(to.Client, epoch, others) { Fence = fence });
        work.Answer(to.Client, to.Request, new RequestOutcome.Done(epoch));
    }
}
