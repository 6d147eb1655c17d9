using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// How large what clients leave in the replicated state is at most when it is sent as a snapshot (JSON). All
/// servers must count alike, so it is counted from the values and not from what an encoder makes of them; a
/// test encodes the worst and compares.
/// </summary>
internal static class StateSize
{
    private const long ClientBytes = 192;
    private const long GroupBytes = 1_536;
    private const long ProposalBytes = 640;
    private const long ClaimBytes = 384;

    // A provider may also be in the list of voters, of votes, of failed ones, and in the proposal of its own
    // removal, which always finds room: its place there is counted as soon as it joins.
    private const long ProviderPlaces = 6;
    private const long ProviderBytes = ProposalBytes + 768;

    /// <summary>A group; null: nothing.</summary>
    public static long Of(GroupName name, Group? group) => group is null
        ? 0
        : GroupBytes + Of(name.Value) + Of(group.View.Value) + Of(group.View.Attributes.Source?.Value ?? "")
            + Sum(group.View.Providers, Of)
            + Sum(group.Queue, Of)
            + Sum(group.Remembered, Of)
            + (group.Running is { } running ? Of(running) : 0);

    /// <summary>A claim; null: nothing.</summary>
    public static long Of(ClaimName name, Claim? claim) => claim is null
        ? 0
        : ClaimBytes + Of(name.Value) + Of(claim.Holder) + Sum(claim.Waiters, w => OfWaiter(w.Client));

    /// <summary>A client that waits for a claim.</summary>
    public static long OfWaiter(ClientId client) => 64 + Of(client);

    /// <summary>A provider, with all that may become of it.</summary>
    public static long Of(Provider provider) => ProviderBytes + (ProviderPlaces * Of(provider.Client))
        + (2 * (Of(provider.Instance) + Of(provider.Deactivate)));

    /// <summary>A proposal that waits or runs.</summary>
    public static long Of(Proposal proposal) => ProposalBytes
        + (proposal.By is { } by ? Of(by) : 0) + Of(proposal.Terms.Key) + Of(proposal.Change);

    /// <summary>A vote with what it carries.</summary>
    public static long Of(Vote vote) =>
        ClientBytes + 256 + Of(vote.Reason) + Of(vote.Message) + Of(vote.Value ?? "");

    /// <summary>A client's request on its way.</summary>
    public static long Of(GroupRequest request) => ProposalBytes + ClientBytes + request switch
    {
        GroupRequest.Join r => Of(r.Group.Value) + Of(r.Instance) + Of(r.Deactivate)
            + Of(r.Attributes?.Source?.Value ?? ""),
        GroupRequest.Leave r => Of(r.Group.Value) + Of(r.Terms.Key),
        GroupRequest.Goodbye r => Of(r.Group.Value),
        GroupRequest.Expel r => Of(r.Group.Value) + Of(r.Target) + Of(r.Reason) + Of(r.Terms.Key),
        GroupRequest.ChangeValue r => Of(r.Group.Value) + Of(r.Value) + Of(r.Terms.Key),
        GroupRequest.ChangeAttributes r =>
            Of(r.Group.Value) + Of(r.Attributes.Source?.Value ?? "") + Of(r.Terms.Key),
        GroupRequest.Broadcast r => Of(r.Group.Value) + Of(r.Message) + Of(r.Terms.Key),
        GroupRequest.CastVote r => Of(r.Group.Value) + Of(r.Vote),
        GroupRequest.Subscribe r => Of(r.Group.Value),
        GroupRequest.Unsubscribe r => Of(r.Group.Value),
        GroupRequest.TakeClaim r => Of(r.Claim.Value),
        GroupRequest.ReleaseClaim r => Of(r.Claim.Value),
    };

    /// <summary>What was fenced before the servers lost their memory.</summary>
    public static long OfDebts(EquatableArray<Debt> debts) => debts.Count == 0
        ? 0
        : Sum(debts, d => 96 + Of(d.Node.Value) + Of(d.Boot) + Of(d.Name));

    private static long Sum<T>(EquatableArray<T> all, Func<T, long> of) where T : IEquatable<T>
    {
        long sum = 0;
        foreach (T each in all)
            sum += of(each);
        return sum;
    }

    private static long Of(Protocol running) =>
        Of(running.Value ?? "") + Sum(running.Proposals, Of)
        + Sum(running.Votes.Entries, v => Of(v.Value))
        + Sum(running.Messages, m => 64 + Of(m.From) + Of(m.Text));

    private static long Of(KeyedOutcome outcome) => 160 + Of(outcome.Key)
        + (outcome.Outcome is RequestOutcome.Rejected rejected ? Of(rejected.Reason) : 0);

    private static long Of(Change change) => change switch
    {
        Change.Join(var provider) => Of(provider),
        Change.Leave(var client) => Of(client),
        Change.Removal removal => Of(removal.Client) + Of(removal.Proof),
        Change.Expel expel => Of(expel.Client) + Of(expel.Reason) + Of(expel.Deactivation),
        Change.State(_, var value) => Of(value),
        Change.Attributes(var attributes) => 256 + Of(attributes.Source?.Value ?? ""),
        Change.Message(var text) => Of(text),
    };

    private static long Of(ClientId client) => ClientBytes + Of(client.Server.Member.Node.Value);

    // In JSON, a character is itself or an escape of six, by the encoder's tables: what isn't plain counts
    // as escaped.
    private static long Of(string text)
    {
        long bytes = 0;
        foreach (char c in text)
            bytes += c is >= ' ' and <= '~' and not ('"' or '\\') ? 1 : 6;
        return bytes;
    }
}
