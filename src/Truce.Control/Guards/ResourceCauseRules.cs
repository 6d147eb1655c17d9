using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The fence guard's rules for a node that works while a resource on it fails: the resource is
/// banned from the node from the first shot on, blocked everywhere at the limit (promise S4), and
/// costs no shot that would achieve nothing.
/// </summary>
internal static class ResourceCauseRules
{
    public static FenceVerdict Judge(ReplicatedState state, FenceIntent intent)
    {
        FencePolicy policy = FencePolicy.Of(state);
        ResourceFailure[] failures = [.. FenceLedger.Failures(intent)];
        if (failures.All(f => Probation.Covers(state, f, intent.Target)))
            return Avoid(
                intent, failures,
                "it has never been started and stopped successfully, and isn't known to have run "
                    + "there");
        if (failures.All(f => FenceLedger.ShotsFor(state, f, intent) >= policy.ShotsPerCause))
            return Avoid(intent, failures, string.Create(CultureInfo.InvariantCulture, $"{policy.ShotsPerCause} nodes have already been shot for that cause"));
        if (FenceLedger.ShotsAt(state, intent) >= policy.ShotsPerTarget)
            return Avoid(intent, failures, string.Create(CultureInfo.InvariantCulture, $"{intent.Target} has already been shot {policy.ShotsPerTarget} times, over all causes"));
        if (!NodeCauseRules.IsAnyoneAble(state, intent.Target))
            return Avoid(intent, failures, "no other node could take over");
        return new FenceVerdict.AsAsked(After(state, intent, failures, policy.ShotsPerCause));
    }

    private static FenceVerdict.Avoided Avoid(FenceIntent intent, ResourceFailure[] failures, string why)
    {
        string resources = string.Join(", ", failures.Select(f => f.Resource).Distinct());
        return new FenceVerdict.Avoided(
            $"{intent.Target} was not shot although {Words(intent)}: {why}. {resources} is blocked until it is released "
            + $"(truce fence release {failures[0].Resource}) or its configuration changes");
    }

    private static FenceAftermath After(
        ReplicatedState state, FenceIntent intent, ResourceFailure[] failures, int limit)
    {
        if (limit == int.MaxValue)
            return FenceAftermath.None;
        EquatableArray<ResourceId> blocks = [.. failures
            .Where(f => FenceLedger.ShotsFor(state, f, intent) + 1 >= limit).Select(f => f.Resource).Distinct()];
        return new FenceAftermath(
            [.. failures.Select(f => f.Resource).Distinct()], blocks, FenceQuarantine.None,
            string.Join("; ", failures.Select(f => Sentence(state, intent, f, limit))));
    }

    private static string Sentence(ReplicatedState state, FenceIntent intent, ResourceFailure failure, int limit)
    {
        int shot = FenceLedger.ShotsFor(state, failure, intent) + 1;
        string what = shot >= limit ? "is blocked" : $"is banned from {intent.Target}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"this is shot {shot} of {limit} for that cause: {failure.Resource} {what} until it is released (truce fence release {failure.Resource}) or its configuration changes");
    }

    private static string Words(FenceIntent intent) =>
        string.Join(" and ", intent.Causes.Select(c => FenceWords.Evidence(c, intent.Target)));
}
