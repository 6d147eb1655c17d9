using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Remembers which paths of fencing were seen to work, and which were seen to fail.</summary>
internal static class FencePathApply
{
    private const int FailureLengthMax = 200;

    /// <summary>Paths that were tried without switching anything.</summary>
    public static (ReplicatedState State, CommandOutcome Outcome) Tried(
        ReplicatedState state, Command.FencePathsTried tried, ApplyContext context)
    {
        if (state.Member(tried.From) is null)
        {
            return (state, new CommandOutcome.Refused(
                RefusalReason.BadInput,
                    $"there is no node {tried.From}; do: run truce fence test on a node"));
        }

        Dictionary<ResourceId, string> devices = Digests(state.Cib);
        state = Prune(state, devices);
        foreach (FencePathTry path in tried.Paths.Where(t => devices.ContainsKey(t.Device)))
            state = Put(state, Path(state, tried.From, path, devices[path.Device], context));
        int failed = tried.Paths.Count(t => t.Failure.Length > 0);
        string what = $"{tried.From} tried {tried.Paths.Count} path(s) of fencing: "
            + (failed == 0 ? "all work" : $"{failed} failed");
        return (
            state.Tell(context.At, failed == 0 ? "fence-paths-proven" : "fence-path-failed", what,
                tried.From),
            CommandOutcome.Plain);
    }

    /// <summary>A shot succeeded: so does the path that it took.</summary>
    public static ReplicatedState Shot(ReplicatedState state, FenceState fence, ApplyContext context)
    {
        Dictionary<ResourceId, string> devices = Digests(state.Cib);
        state = Prune(state, devices);
        foreach (string device in fence.Device.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct())
        {
            FencePathTry works = new(new ResourceId(device), fence.Intent.Target, "");
            if (devices.TryGetValue(works.Device, out string? digest))
            {
                state = Put(
                    state, Path(state, fence.Intent.By, works, digest, context) with { Proof = fence.Proof });
            }
        }

        return state;
    }

    /// <summary>The digests of the agents and parameters of all devices.</summary>
    public static Dictionary<ResourceId, string> Digests(Cib cib) =>
        DeviceChoice.Devices(cib).ToDictionary(d => d.Id, Digest);

    private static string Digest(ConfiguredDevice device) =>
        OperationDigest.Of(device.Attributes.Select(a => new NameText(a.Key, a.Value))
            .Append(new NameText(" agent", device.Agent.ToString())));

    private static FencePath Path(
        ReplicatedState state, NodeId from, FencePathTry tried, string digest, ApplyContext context)
    {
        FencePath known = state.FencePaths.GetValueOrDefault((from, tried.Device, tried.Target)) is { } path
            && path.Digest == digest
                ? path
                : new FencePath
                {
                    From = from, Device = tried.Device, Target = tried.Target, Digest = digest,
                };
        return tried.Failure.Length == 0
            ? known with { ProvenAt = context.At, Proof = FenceProof.Status, FailedAt = null, Failure = "" }
            : known with { FailedAt = context.At, Failure = Shortened(tried.Failure) };
    }

    private static string Shortened(string failure) =>
        failure.Length <= FailureLengthMax ? failure : failure[..FailureLengthMax];

    private static ReplicatedState Put(ReplicatedState state, FencePath path)
    {
        (NodeId, ResourceId, NodeId) key = (path.From, path.Device, path.Target);
        return state.FencePaths.Count >= ReplicatedState.FencePathsMax && !state.FencePaths.ContainsKey(key)
            ? state
            : state with { FencePaths = state.FencePaths.SetItem(key, path) };
    }

    // What names a device or a node that is gone makes room.
    private static ReplicatedState Prune(ReplicatedState state, Dictionary<ResourceId, string> devices)
    {
        (NodeId From, ResourceId Device, NodeId Target)[] gone = [.. state.FencePaths.Keys.Where(k =>
            !devices.ContainsKey(k.Device) || !state.Members.ContainsKey(k.From))];
        return gone.Length == 0 ? state : state with { FencePaths = state.FencePaths.RemoveRange(gone) };
    }
}
